import type { Clock } from './clock.ts'
import { type Binding, type Sealed, type SearchHash, type Vault, VaultError } from './vault.ts'

/** One sealed value of a stored row, with what it is bound to. */
export interface SealedValue {
  readonly column: string
  readonly sealed: Sealed
  readonly binding: Binding
}

/** The columns of a row's primary key. */
export type RowKey = Readonly<Record<string, string>>

/** A row of which at least one value is not sealed under the sealing key. */
export interface StaleRow {
  readonly key: RowKey
  readonly consentId: string
  readonly values: readonly SealedValue[]
}

export interface ResealedRow {
  readonly key: RowKey
  /** Whose history is told. */
  readonly consentId: string
  readonly values: readonly { readonly column: string; readonly before: Sealed; readonly after: Sealed }[]
  /** The keyed hash of an account goes with its ciphertext. */
  readonly search: SearchHash | null
}

export interface RowWindow {
  readonly seen: number
  readonly stale: readonly StaleRow[]
  /** Where the next window begins; null after the last row. */
  readonly next: RowKey | null
}

/** A table with sealed columns, read in bounded steps along its primary key. */
export interface SealedTable {
  readonly name: string
  /** About how many rows it has; null where the database has not counted them. */
  estimateRows(): Promise<number | null>
  read(after: RowKey | null): Promise<RowWindow>
  /**
   * Writes the rows whose ciphertexts are still the ones that were read, waiting for none that is locked; resolves
   * how many. Each consent's history tells of the key once.
   */
  replace(rows: readonly ResealedRow[]): Promise<number>
}

/** A value that cannot be opened where it stands: a key is missing, or it was changed. */
export interface UnreadableValue {
  readonly table: string
  readonly consentId: string
  readonly field: string
  readonly problem: string
}

export interface TableProgress {
  readonly table: string
  readonly seen: number
  /** An estimate; null where there is none. */
  readonly rows: number | null
  readonly resealed: number
}

export interface RekeyInput {
  readonly vault: Pick<Vault, 'open' | 'seal' | 'searchHash'>
  readonly clock: Pick<Clock, 'sleep'>
  readonly tables: readonly SealedTable[]
  /** Called after each step, with the counts of this look at the table. */
  readonly onProgress: (progress: TableProgress) => void
  readonly isInterrupted: () => boolean
}

export interface RekeyResult {
  /** `complete` only when a whole look found nothing under another key. */
  readonly outcome: 'complete' | 'unreadable' | 'still_sealing' | 'interrupted'
  readonly resealed: Readonly<Record<string, number>>
  readonly unreadable: readonly UnreadableValue[]
}

interface Look {
  stale: number
  readonly unreadable: UnreadableValue[]
}

/** What a rotation held locked is met on the next look; more than that keeps being sealed under an old key. */
const MOST_LOOKS = 5
const BETWEEN_LOOKS_MS = 500

/** Re-seals everything under the sealing key, looking again until nothing is left (DESIGN section 6). */
export async function rekey(input: RekeyInput): Promise<RekeyResult> {
  const resealed: Record<string, number> = {}
  for (let looks = 1; ; looks += 1) {
    const look: Look = { stale: 0, unreadable: [] }
    for (const table of input.tables) {
      resealed[table.name] = (resealed[table.name] ?? 0) + (await rekeyTable(input, table, look))
    }
    const outcome = outcomeOf(input, look, looks)
    if (outcome !== null) return { outcome, resealed, unreadable: look.unreadable }
    await input.clock.sleep(BETWEEN_LOOKS_MS)
  }
}

function outcomeOf({ isInterrupted }: RekeyInput, look: Look, looks: number): RekeyResult['outcome'] | null {
  if (isInterrupted()) return 'interrupted'
  if (look.stale === 0) return 'complete'
  if (looks < MOST_LOOKS && look.stale > look.unreadable.length) return null
  return look.unreadable.length > 0 ? 'unreadable' : 'still_sealing'
}

async function rekeyTable(input: RekeyInput, table: SealedTable, look: Look): Promise<number> {
  const estimate = await table.estimateRows()
  let position: RowKey | null = null
  let seen = 0
  let resealed = 0
  while (!input.isInterrupted()) {
    const window: RowWindow = await table.read(position)
    const rows = await resealAll(input, table, { rows: window.stale, look })
    if (rows.length > 0) resealed += await table.replace(rows)
    seen += window.seen
    look.stale += window.stale.length
    input.onProgress({ table: table.name, seen, rows: estimate, resealed })
    position = window.next
    if (position === null) break
  }
  return resealed
}

interface Batch {
  readonly rows: readonly StaleRow[]
  readonly look: Look
}

async function resealAll(
  input: RekeyInput,
  table: SealedTable,
  { rows, look }: Batch,
): Promise<ResealedRow[]> {
  const resealed: ResealedRow[] = []
  for (const row of rows) {
    const result = await resealRow(input, row)
    if ('key' in result) resealed.push(result)
    else look.unreadable.push({ table: table.name, ...result })
  }
  return resealed
}

async function resealRow(
  input: RekeyInput,
  row: StaleRow,
): Promise<ResealedRow | Omit<UnreadableValue, 'table'>> {
  const values: ResealedRow['values'][number][] = []
  let search: SearchHash | null = null
  for (const { column, sealed, binding } of row.values) {
    try {
      const secret = await input.vault.open(sealed, binding)
      values.push({ column, before: sealed, after: await input.vault.seal(secret, binding) })
      if (binding.field === 'iban') search = input.vault.searchHash(secret.reveal())
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      return { consentId: binding.consentId, field: binding.field, problem: error.message }
    }
  }
  return { key: row.key, consentId: row.consentId, values, search }
}
