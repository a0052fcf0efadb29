import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { SealingKey } from './rekey.ts'
import { SEALED_COLUMNS, type SealedColumns } from './sealed-tables.ts'
import { isStorageTrouble } from './storage-error.ts'

export interface CountLimits {
  /** Counts no more than so many rows of a table; null: all. */
  readonly most: number | null
  /** For each table. */
  readonly timeoutMs: number
}

export interface SealedCount {
  readonly table: string
  readonly count: number
  /** False where there may be more. */
  readonly exact: boolean
}

/** Counts the values of each table that are sealed, or hashed, under a key. */
export async function countSealed(
  db: Database,
  key: SealingKey,
  limits: CountLimits,
): Promise<readonly SealedCount[]> {
  const counts: SealedCount[] = []
  for (const spec of SEALED_COLUMNS) counts.push(await countTable(db, spec, { key, limits }))
  return counts
}

interface CountInput {
  readonly key: SealingKey
  readonly limits: CountLimits
}

async function countTable(db: Database, spec: SealedColumns, input: CountInput): Promise<SealedCount> {
  const { most } = input.limits
  try {
    const { rows, values } = await count(db, spec, input)
    return { table: spec.table, count: values, exact: most === null || rows < most }
  } catch (error) {
    // It ran out of time: a whole count is wanted, or none.
    if (most === null || !isStorageTrouble(error)) throw error
    return { table: spec.table, count: 0, exact: false }
  }
}

async function count(db: Database, spec: SealedColumns, { key, limits }: CountInput) {
  const tests = [
    ...spec.columns.map((name) => sql`left(${sql.ref(name)}, ${key.prefix.length}) = ${key.prefix}`),
    // The hash of an account has no header: its key's id stands beside it.
    ...(spec.table === 'consents' ? [sql`iban_hash_kid = ${key.kid}`] : []),
  ].map((test) => sql`coalesce(${test}, false)`)
  const sum = sql.join(
    tests.map((test) => sql`(${test})::int`),
    sql` + `,
  )
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('statement_timeout', ${String(limits.timeoutMs)}, true)`.execute(tx)
    const { rows } = await sql<{ rows: number; values: number }>`
      select count(*)::int as rows, coalesce(sum(n), 0)::int as values from (
        select ${sum} as n from ${sql.table(spec.table)} where ${sql.join(tests, sql` or `)} limit ${limits.most}
      ) found`.execute(tx)
    return rows[0] ?? { rows: 0, values: 0 }
  })
}
