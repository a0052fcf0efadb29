import { call } from '../support/api.ts'
import { renew, SCOPES, walk } from '../support/authorize.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getToken, importActive } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { startStallingProxy } from '../support/stalling-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const { url } = await createTestDatabase(t)
const listening = await startStallingProxy(t, url)
const world = await createWorld(t, { databaseUrl: url })
const { bank } = world
const asked = await world.startBroker()
const other = await world.startBroker({ PUBLIC_PORT: '0' })
const deaf = await world.startBroker({ PUBLIC_PORT: '0', DATABASE_LISTEN_URL: listening.url })
const replicas = { asked, other, deaf }
const sql = connectSql(t, url)

/** How long a change of a consent's status may take to reach a replica (DESIGN section 5). */
const REACHES_WITHIN_MS = 5_000
const RETURN_URL = 'http://127.0.0.1:9/done'

const revoke = (id: string) => call(asked, `DELETE /v1/consents/${id}`)

let marks = 0

/** Marks the row, so that an answer tells whether it came from memory. */
async function fromMemory(at: TestBroker, id: string): Promise<boolean> {
  marks += 1
  await sql('update consent_tokens set token_type = $2 where consent_id = $1', [id, `Mark${marks}`])
  const { status, body } = await getToken(at, id)
  return status === 200 && body.token_type !== `Mark${marks}`
}

async function warm(id: string): Promise<void> {
  for (const [name, at] of Object.entries(replicas)) {
    await waitFor(`the cache of ${name} to be warm`, () => fromMemory(at, id))
  }
}

async function refusedAfterMs(at: TestBroker, id: string, sinceMs: number): Promise<number> {
  const refusal = await waitFor(
    'the revocation to reach it',
    async () => {
      const answer = await getToken(at, id)
      return answer.status === 200 ? null : answer
    },
    2 * REACHES_WITHIN_MS,
  )
  t.match(refusal, { status: 410, body: { code: 'consent_revoked' } })
  return performance.now() - sinceMs
}

t.test('a revocation counts at once where it is asked for, and at every replica within 5 s', async (t) => {
  const [heard, unheard] = [await importActive(asked, bank), await importActive(asked, bank)]
  for (const { id } of [heard, unheard]) await warm(id)
  const revokeAt = performance.now()
  t.equal((await revoke(heard.id)).status, 204)
  t.match(await getToken(asked, heard.id), { status: 410 }, 'at once')
  for (const at of [other, deaf]) {
    t.ok((await refusedAfterMs(at, heard.id, revokeAt)) < REACHES_WITHIN_MS)
  }

  listening.stall()
  t.ok(await fromMemory(deaf, unheard.id), 'who hears nothing more does not know it yet')
  const deafAt = performance.now()
  t.equal((await revoke(unheard.id)).status, 204)
  t.match(await getToken(asked, unheard.id), { status: 410 })
  for (const [name, at] of Object.entries({ other, deaf })) {
    const ms = await refusedAfterMs(at, unheard.id, deafAt)
    t.comment(`${name}: refused after ${Math.round(ms)} ms`)
    t.ok(ms < REACHES_WITHIN_MS + 500, name)
  }
})

t.test('nothing is left that could get a token, and nothing comes back', async (t) => {
  const started = await call(asked, 'POST /v1/consents', {
    body: { scopes: SCOPES, return_url: RETURN_URL, confirm: true },
    headers: { 'idempotency-key': 'once' },
  })
  const { id } = started.body.consent
  const browser = createBrowser()
  const callback = await browser.walk(started.body.authorization_url)
  const resultCode = new URL((await browser.open(callback)).location ?? '').searchParams.get('result_code')
  await call(asked, `POST /v1/consents/${id}/confirm`, { body: { result_code: resultCode } })
  const renewal = await renew(asked, id, { return_url: RETURN_URL })
  const later = createBrowser()
  const renewed = await later.walk(renewal.url)
  const { body: before } = await getToken(asked, id)

  const gate = createGate()
  const fault = bank.faults.add({
    ...{ endpoint: 'token', grantType: 'refresh_token', when: 'after', times: 1 },
    action: { kind: 'wait', until: gate.opened },
  })
  const rotating = getToken(other, id, { rejected_token: before.access_token })
  await waitFor('a rotation to be under way', () => fault.struck === 1)
  t.equal((await revoke(id)).status, 204)
  t.strictSame(await sealedOf(id), [], 'gone with the answer to it')
  gate.open()
  t.match(await rotating, { status: 410, body: { code: 'consent_revoked' } })
  await waitFor('the late answer to be dropped', () =>
    other.logged.some((line) => line.includes('answer dropped') && line.includes(id)),
  )
  t.strictSame(await sealedOf(id), [])
  for (const at of Object.values(replicas)) t.match(await getToken(at, id), { status: 410 })

  t.equal((await later.open(renewed)).status, 410, 'the way back from the bank has ended')
  const shown = await browser.open(callback)
  t.notMatch(shown.location ?? '', 'result_code', 'its code is not shown again')
  const again = await call(asked, 'POST /v1/consents', {
    body: { scopes: SCOPES, return_url: RETURN_URL, confirm: true },
    headers: { 'idempotency-key': 'once' },
  })
  t.match(again, { status: 410, body: { code: 'consent_revoked' } }, 'and no second consent is begun')
})

/** Every value that is sealed for a consent, and every digest by which something of it was found or proven. */
async function sealedOf(id: string): Promise<string[]> {
  const rows = await sql(
    `select access_token as value from consent_tokens where consent_id = $1
     union all select refresh_token from consent_tokens where consent_id = $1
     union all select refresh_token from staged_tokens where consent_id = $1
     union all select coalesce(result_code, result_code_digest) from authorizations where consent_id = $1
     union all select code_verifier from authorization_attempts a join authorizations b on b.id = a.authorization_id
       where b.consent_id = $1
     union all select stored_answer from idempotency_keys where consent_id = $1`,
    [id],
  )
  return rows.map(({ value }) => value).filter((value) => value !== null)
}

t.test('only its own: another consent keeps all it has', async (t) => {
  const { id } = await walk(asked, { return_url: RETURN_URL })
  t.equal((await sealedOf(id)).length, 4)
  const { id: revoked } = await walk(asked, { return_url: RETURN_URL })
  await revoke(revoked)
  t.equal((await sealedOf(id)).length, 4)
})
