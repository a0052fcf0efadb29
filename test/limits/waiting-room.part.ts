import { call } from '../support/api.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { importActives } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { open, startLimited } from './support.ts'

/** Callers that may wait for a rotation at once, of the 2,048 requests in flight. */
const MOST_WAITING = 1_500

const world = await createWorld(t)
const { bank } = world
const sql = connectSql(t, world.databaseUrl)

t.test('however many wait for the bank, living tokens are handed out', async (t) => {
  // As long as a busy machine needs: what is looked at is who waits, not for how long, nor what strain refuses.
  const patient = { BANK_TIMEOUT: '60s', CALLER_MAX_PER_SECOND: 'off', PUBLIC_PORT: '0' }
  const unstrained = { strain: { lateMs: 60_000 } }
  const wide = await startLimited(t, { ...world, env: { ...world.env, ...patient } }, unstrained)
  const [stale, due, living] = await importActives(wide, bank, 3)
  for (const [id, livesFor] of [
    [stale?.id, '0 s'],
    [due?.id, '30 s'],
  ]) {
    await sql(
      `update consent_tokens set obtained_at = now() - interval '1 hour', access_expires_at = now() + $2::interval, due_at = now() + interval '1 hour' where consent_id = $1`,
      [id, livesFor],
    )
  }
  const hold = Promise.withResolvers<void>()
  t.teardown(hold.resolve)
  const held = bank.faults.add({ endpoint: 'token', times: 1, action: { kind: 'wait', until: hold.promise } })
  const lineOf = (id: unknown) =>
    `POST /v1/consents/${id}/token HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer ${KEYS.ledger}\r\n\r\n`
  const clients = Array.from({ length: MOST_WAITING + 300 }, () =>
    open(t, wide.internalUrl, lineOf(stale?.id)),
  )
  const answered = (status: number) =>
    clients.filter(({ text }) => text().startsWith(`HTTP/1.1 ${status} `)).map(({ text }) => text())
  await waitFor('the bank to be asked', () => held.struck === 1)
  await waitFor('the rest to be refused', () => answered(503).length === 300, 20_000)
  for (const text of answered(503)) t.match(text, /retry-after: 5\r.*"code":"bank_unavailable"/s)
  const at = { internalUrl: wide.internalUrl }
  t.match(await call(at, `POST /v1/consents/${living?.id}/token`), {
    status: 200,
    body: { refresh_state: 'ok' },
  })
  t.match(
    await call(at, `POST /v1/consents/${due?.id}/token`),
    { status: 200, body: { refresh_state: 'delayed' } },
    'also one that would be renewed',
  )
  hold.resolve()
  await waitFor('those who waited', () => answered(200).length === MOST_WAITING, 20_000)
  const errors = wide.logged.filter((line) => JSON.parse(line).level === 'error')
  t.same(errors, [], 'no line more for each')
})
