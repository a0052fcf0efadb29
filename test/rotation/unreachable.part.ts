import { systemClock } from '../../src/clock.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActive } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { startPrivateServer } from '../support/postgres.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRig } from './fixtures.ts'

t.test('a bank that refuses connections costs no presentation', async (t) => {
  const rig = await createRig(t, { env: { TOKEN_CACHE: 'off' } })
  const { bank, bankUrl, broker, consent, endToken, makeDue, untilRow } = rig
  const [live, dead] = await Promise.all([consent(), consent()])
  await bank.close()
  await Promise.all([makeDue(live.id), endToken(dead.id)])

  const { status, headers, body } = await getToken(broker, dead.id)
  t.match({ status, body }, { status: 503, body: { code: 'bank_unavailable' } })
  t.ok(Number(headers.get('retry-after')) >= 1)
  t.match(await untilRow('the failure', live.id, ({ last_error }) => last_error), {
    last_error: 'connect_refused',
    presentations: 0,
    attempt_id: null,
    version: 2,
  })
  const handOut = await getToken(broker, live.id, { min_validity: 7_000 })
  t.match(handOut, { status: 200, body: { refresh_state: 'delayed' } })

  await bank.listen({ port: Number(new URL(bankUrl).port) })
  await untilRow('the bank to be found again', live.id, ({ version }) => version === 3)
  t.same(bank.ledger.presentedMoreThan(1), [])
})

t.test('the back-off grows with each failure, to a minute', async (t) => {
  const clock = { ...systemClock, chance: () => 1 }
  const { bank, broker, consent, endToken, sql, row } = await createRig(t, { clock })
  const { id } = await consent()
  await bank.close()
  await endToken(id)
  const waits: number[] = []
  for (const failures of [0, 1, 4, 9, 10_000]) {
    await sql(`update consent_tokens set consecutive_failures = $1, retry_at = null`, [failures])
    t.equal((await getToken(broker, id)).status, 503)
    waits.push(Math.ceil(Number((await row(id)).retry_in)))
  }
  t.same(waits, [1, 2, 16, 60, 60])
  t.equal((await row(id)).consecutive_failures, 10_001)
})

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

t.test('a consent nobody asks for is only kept alive; one that is asked for is kept fresh', async (t) => {
  const { bank, broker, consent, row } = await createRig(t, {
    bank: { accessTokenTtlSeconds: 1 },
    env: { REFRESH_IDLE_AFTER: '1500ms', REFRESH_KEEPALIVE: '4s' },
  })
  const [asked, idle] = await Promise.all([consent(), consent()])
  const rotations = (grantId: string) => presentationsOfGrant(bank, grantId).length

  await waitFor('the idle consent to be put off', async () => {
    t.equal((await getToken(broker, asked.id)).status, 200)
    const { due_at, obtained_at } = await row(idle.id)
    return due_at - obtained_at > 3_500
  })
  const before = rotations(asked.grant.grant_id)
  await waitFor('its token to end', async () => {
    t.equal((await getToken(broker, asked.id)).status, 200)
    return (await row(idle.id)).access_expires_at < new Date()
  })
  await waitFor('the other to be rotated twice more', async () => {
    t.equal((await getToken(broker, asked.id)).status, 200)
    return rotations(asked.grant.grant_id) >= before + 2
  })
  t.match(await row(idle.id), { status: 'active', presentations: 0 })

  t.match(
    await getToken(broker, idle.id),
    { status: 200, body: { refresh_state: 'ok' } },
    'rotated when asked for',
  )
  const { due_at, obtained_at } = await row(idle.id)
  t.ok(due_at - obtained_at <= 1_000, 'and kept fresh from then on')
  t.same(bank.ledger.presentedMoreThan(1), [])
})
