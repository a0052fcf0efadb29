import { createRig } from '../rotation/fixtures.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { importActives } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { figure } from './row.ts'
import { spendAtSlowBank } from './slow-bank.ts'

t.jobs = 2

t.test('bank slower than any lock, 3 brokers: exactly one spend', async (t) => {
  const world = await createWorld(t, { env: { BANK_TIMEOUT: '200ms' } })
  const more = { PUBLIC_PORT: '0' }
  const brokers = [
    await world.startBroker(),
    await world.startBroker(more),
    await world.startBroker({ ...more, TOKEN_CACHE: 'off' }),
  ]
  await spendAtSlowBank(t, { ...world, brokers, sql: connectSql(t, world.databaseUrl), bankMs: 2_000 })
})

const CALLERS = 50

t.test('caller hangs up in mid-refresh: nothing lost', async (t) => {
  const { bank, broker, sql, row } = await createRig(t, { env: { TOKEN_CACHE: 'off' } })
  const consents = await importActives(broker, bank, CALLERS)
  await sql(`update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 h'`)
  bank.ledger.clear()
  bank.settings.latencyMs = 100
  const hungUp = await Promise.all(
    consents.map(async ({ id, grant }) => {
      const leaving = new AbortController()
      const asked = ask(broker.internalUrl, id, leaving.signal).catch(({ name }) => name)
      await waitFor('its call to the bank', () => presentationsOfGrant(bank, grant.grant_id).length > 0)
      leaving.abort()
      return asked
    }),
  )
  const left = hungUp.filter((outcome) => outcome === 'AbortError').length
  await waitFor('all answers to be saved', async () => {
    const rows = await Promise.all(consents.map(({ id }) => row(id)))
    return rows.every(({ version, attempt_id }) => version === 3 && attempt_id === null)
  })
  figure(t, 'caller hangs up in mid-refresh', `${left} of ${CALLERS} hung up, 0 answers lost`)
  t.ok(left > CALLERS / 2, `${left} left before their answer`)
  t.equal(bank.ledger.count(), CALLERS)
})

function ask(internalUrl: string, id: string, signal: AbortSignal): Promise<unknown> {
  const headers = { authorization: `Bearer ${KEYS.ledger}` }
  return fetch(`${internalUrl}/v1/consents/${id}/token`, { method: 'POST', headers, signal })
}
