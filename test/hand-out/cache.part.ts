import { createRig } from '../rotation/fixtures.ts'
import { call } from '../support/api.ts'
import type { TestBroker } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const { broker, startBroker, consent, sql } = await createRig(t)
const cached = await startBroker({ PUBLIC_PORT: '0' })
const uncached = await startBroker({ PUBLIC_PORT: '0', TOKEN_CACHE: 'off' })

let marks = 0

/** Marks the row, so that an answer tells whether it came from there. */
async function markRow(id: string): Promise<string> {
  marks += 1
  const mark = `Mark${marks}`
  await sql('update consent_tokens set token_type = $2 where consent_id = $1', [id, mark])
  return mark
}

async function comesFromRow(at: TestBroker, id: string): Promise<boolean> {
  const mark = await markRow(id)
  return (await getToken(at, id)).body.token_type === mark
}

async function untilCached(id: string): Promise<void> {
  await waitFor('the token to be cached', async () => !(await comesFromRow(cached, id)))
}

t.test('with TOKEN_CACHE=on the row is read once, with off each time', async (t) => {
  const { id } = await consent()
  await untilCached(id)
  for (let time = 0; time < 3; time += 1) {
    t.equal(await comesFromRow(cached, id), false)
    t.equal(await comesFromRow(uncached, id), true)
  }
})

t.test('a revocation on one broker reaches the cache of the other within 5 s', async (t) => {
  const { id } = await consent()
  await untilCached(id)
  t.equal((await call(broker, `DELETE /v1/consents/${id}`)).status, 204)
  const begun = performance.now()
  await waitFor('the other to know', async () => (await getToken(cached, id)).status === 410, 5_000)
  t.comment(`known after ${Math.round(performance.now() - begun)} ms`)
  t.match(await getToken(cached, id), { status: 410, body: { code: 'consent_revoked' } })
  t.match(await getToken(uncached, id), { status: 410 })
})

t.test('a listener that is cut off: rows are read, until it listens again', async (t) => {
  const { id } = await consent()
  await untilCached(id)
  t.equal(await comesFromRow(cached, id), false)
  await sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'token-broker listener' and datname = current_database()`,
  )
  await waitFor('rows to be read', () => comesFromRow(cached, id), 5_000)
  await untilCached(id)
})
