import { readFile, writeFile } from 'node:fs/promises'
import type { World } from '../../support/broker.ts'
import { BACKGROUND } from '../../support/change-log.ts'
import { importBody } from '../../support/consents.ts'
import type { Sql } from '../../support/sql.ts'

/** An id that no consent has. */
export const NO_ID = '00000000-0000-4000-8000-000000000000'

/** An import's body for a live chain at the bank. */
export function chainFrom({ bank }: Pick<World, 'bank'>, options: { iban?: string } = {}) {
  const grant = bank.startGrant(options)
  // A moment less than the bank's own end: the broker's limit counts from the import.
  const expires_at = new Date(Date.parse(grant.consent_ends_at) - 60_000).toISOString()
  return { grantId: grant.grant_id, body: { ...importBody(grant), expires_at } }
}

/** One number for all that callers can change. */
export async function fingerprint(sql: Sql): Promise<string> {
  // When a consent was last asked for is noted in the background, and tells nothing of what a call did.
  const content = `(to_jsonb(x) - 'last_asked_at')::text`
  const tables = await sql(
    `select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely\\_%' and tablename <> all($1) order by 1`,
    [BACKGROUND],
  )
  const sums = tables.map(({ name }) => `(select sum(hashtextextended(${content}, 0)) from ${name} x)`)
  const [row] = await sql(`select concat_ws(' ', ${sums.join(', ')}) as sum`)
  return row.sum
}

/** Adds a caller to a broker's CALLERS_FILE, before it starts. */
export async function addCaller({ env }: Pick<World, 'env'>, entry: object): Promise<void> {
  const file = env.CALLERS_FILE ?? ''
  const callers: object[] = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify([...callers, entry]))
}
