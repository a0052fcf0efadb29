import { pairVersion, type Sealed } from '../../../src/core/vault.ts'
import { createVault, readKeyRing } from '../../../src/vault/index.ts'
import type { World } from '../support/world.ts'

/** What the brokers' database knows of a consent when all is at rest. */
export interface Row {
  readonly consentId: string
  readonly status: string
  readonly statusReason: string | null
  readonly refreshToken: string
  readonly version: number
  readonly presentations: number
  readonly isClaimed: boolean
  readonly lastError: string | null
  readonly events: readonly { type: string; detail: Record<string, unknown>; occurredAt: Date }[]
}

/** Reads and opens every consent's row. */
export async function readRows({ sql, keysFile }: World): Promise<Map<string, Row>> {
  const vault = createVault(readKeyRing(keysFile))
  const events = Map.groupBy(await sql(EVENTS), ({ consent_id }) => consent_id as string)
  const rows = new Map<string, Row>()
  for (const row of await sql(ROWS)) {
    const consentId: string = row.consent_id
    const binding = { consentId, field: 'refresh_token', version: pairVersion(row) } as const
    rows.set(consentId, {
      consentId,
      status: row.status,
      statusReason: row.status_reason,
      refreshToken: (await vault.open(row.refresh_token as Sealed, binding)).reveal(),
      version: row.version,
      presentations: row.presentations,
      isClaimed: row.attempt_id !== null,
      lastError: row.last_error,
      events: (events.get(consentId) ?? []).map(toEvent),
    })
  }
  return rows
}

const ROWS = `select t.consent_id, t.chain, t.version, t.refresh_token, t.presentations, t.attempt_id, t.last_error,
  c.status, c.status_reason from consent_tokens t join consents c on c.id = t.consent_id`
const EVENTS = 'select consent_id, type, detail, occurred_at from consent_events order by id'

// biome-ignore lint/suspicious/noExplicitAny: a row as the database gives it
function toEvent({ type, detail, occurred_at }: any): Row['events'][number] {
  return { type, detail, occurredAt: occurred_at }
}
