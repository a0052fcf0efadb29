import t from 'tap'
import { createWorld } from '../support/broker.ts'
import { getToken, importActive } from '../support/consents.ts'
import { startPrivateServer } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

t.test('an answer of the bank while the database is gone', async (t) => {
  const server = await startPrivateServer(t)
  const { bank, startBroker } = await createWorld(t, { databaseUrl: server.url })
  const broker = await startBroker()
  const [first, second] = [await importActive(broker, bank), await importActive(broker, bank)]
  const sql = connectSql(t, server.url)
  await sql(
    `update consent_tokens set obtained_at = now() - interval '2 h', access_expires_at = now() + interval '9 s',
    due_at = now() + interval '1 h'`,
  )
  const { body: old } = await getToken(broker, first.id, { min_validity: 0 })
  const delay = { kind: 'delay', delayMs: 500 } as const
  const fault = bank.faults.add({ endpoint: 'token', when: 'after', action: delay })

  const asked = getToken(broker, first.id, { min_validity: 60 })
  await waitFor('the call to the bank', () => fault.struck === 1)
  await server.stop('immediate')
  const { status, body: fresh } = await asked
  t.equal(status, 200)
  t.not(fresh.access_token, old.access_token)
  t.equal(fresh.refresh_state, 'ok')
  t.ok(fresh.expires_in > 7_000, 'handed out from memory')

  t.match(await getToken(broker, first.id), {
    status: 200,
    body: { access_token: fresh.access_token, refresh_state: 'delayed' },
  })
  const unknown = await getToken(broker, second.id)
  t.match({ status: unknown.status, code: unknown.body.code }, { status: 503, code: 'storage_unavailable' })
  t.ok(Number(unknown.headers.get('retry-after')) >= 1)

  await server.start()
  const saved = await waitFor('the pair to be saved', async () => {
    const [row] = await sql('select * from consent_tokens where consent_id = $1', [first.id]).catch(() => [])
    return row?.version === 3 && row
  })
  t.match(saved, { presentations: 0, attempt_id: null })
  t.match(await getToken(broker, first.id), {
    status: 200,
    body: { access_token: fresh.access_token, refresh_state: 'ok' },
  })
  t.same(bank.ledger.presentedMoreThan(1), [])
})
