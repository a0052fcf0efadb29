import { createHash, randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { Test } from 'tap'
import { call } from '../../support/api.ts'
import { start } from '../../support/authorize.ts'
import type { TestBroker, World } from '../../support/broker.ts'
import { importActives } from '../../support/consents.ts'
import { connectSql, type Sql } from '../../support/sql.ts'
import type { Customers } from '../support/chromium.ts'

/** The key of a person on call: may see everything, hold, renew and revoke. */
export const ON_CALL_KEY = 'on-call-key-1be77d'

/** What somebody might put into a field who hopes that a page takes it for markup. */
export const HOSTILE = '\u202e<img src=x onerror="document.title=1">'

export interface Seen {
  readonly world: Pick<World, 'bank' | 'databaseUrl' | 'env'>
  readonly broker: TestBroker
  readonly arrive: Customers['arrive']
}

/** Adds a person on call to the callers of a broker that is yet to start. */
export async function addOnCall({ CALLERS_FILE: path = '' }: Record<string, string>): Promise<void> {
  const callers = JSON.parse(await readFile(path, 'utf8'))
  const key_sha256 = createHash('sha256').update(ON_CALL_KEY).digest('hex')
  callers.push({ id: 'on-call', key_sha256, permissions: ['ops', 'consents:write'] })
  await writeFile(path, JSON.stringify(callers))
}

/** Consents in several states, one with a long history, one with hostile text. */
export async function seed(t: Pick<Test, 'teardown'>, { world, broker }: Seen) {
  const sql = connectSql(t, world.databaseUrl)
  const [lost, failing, toRenew, toRevoke] = await importActives(broker, world.bank, 4).then((all) =>
    all.map(({ id }) => id),
  )
  const ids = { lost: lost ?? '', failing: failing ?? '', toRenew: toRenew ?? '', toRevoke: toRevoke ?? '' }
  const reference = `customer-${randomUUID().slice(0, 8)}`
  await sql(
    `with gone as (update consent_tokens set due_at = null where consent_id = $1)
      update consents set status = 'reauthorization_required', status_reason = 'refused_by_bank' where id = $1`,
    [ids.lost],
  )
  await sql(
    `update consent_tokens set consecutive_failures = 3, last_error = 'bank_unavailable',
      due_at = now(), retry_at = now() + interval '1 hour' where consent_id = $1`,
    [ids.failing],
  )
  await sql('update consents set customer_reference = $2 where id = $1', [ids.toRenew, reference])
  await addHistory(sql, ids.toRenew)
  const hostile = await start(broker, { customer_reference: HOSTILE, metadata: { note: 'x'.repeat(400) } })
  return { ...ids, reference, hostile: hostile.id, status: () => readStatus(broker) }
}

/** More than a page of it. */
async function addHistory(sql: Sql, id: string): Promise<void> {
  await sql(
    `insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select $1, 'tokens.handed_out', 'ledger', jsonb_build_object('count', n), now() from generate_series(1, 60) n`,
    [id],
  )
}

export async function readStatus(broker: Pick<TestBroker, 'internalUrl'>) {
  return (await call(broker, 'GET /v1/status', { as: 'ops' })).body
}
