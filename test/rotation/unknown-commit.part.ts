import { createWorld } from '../support/broker.ts'
import { eventsOf, getToken, importActive } from '../support/consents.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const SETTLE = 'set version = a.version + 1'
/** Of a caller's claim; the refresher looks for due work with another statement. */
const CLAIM = 'due_at = least(t.due_at, t.access_expires_at)'
const GIVE_BACK = 'presented_by = array_remove('

const { url: databaseUrl } = await createTestDatabase(t)
const proxy = await startLossyProxy(t, databaseUrl)
const { bank, startBroker } = await createWorld(t, { databaseUrl: proxy.url, env: { TOKEN_CACHE: 'off' } })
const broker = await startBroker()
const sql = connectSql(t, databaseUrl)

/** A consent whose token is over, and which only a caller will have rotated. */
async function staleConsent() {
  const { id, grant } = await importActive(broker, bank)
  await sql(
    `update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 h' where consent_id = $1`,
    [id],
  )
  return { id, grantId: grant.grant_id, presented: () => presentationsOfGrant(bank, grant.grant_id).length }
}

async function rowOf(id: string) {
  const [row] = await sql('select * from consent_tokens where consent_id = $1', [id])
  return row
}

t.test('a settle whose commit is not acknowledged finds itself done', async (t) => {
  const { id, presented } = await staleConsent()
  proxy.loseAnswerTo(SETTLE)
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
  await proxy.lost()
  t.match(await rowOf(id), { version: 3, presentations: 0, attempt_id: null })
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
  t.equal(presented(), 2)
  t.notOk(broker.logged.some((line) => line.includes('answer dropped')))
})

t.test('a claim whose commit is not acknowledged is found and used', async (t) => {
  const { id, presented } = await staleConsent()
  proxy.loseAnswerTo(CLAIM)
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
  await proxy.lost()
  t.match(await rowOf(id), { version: 3, presentations: 0 })
  t.equal(presented(), 2)
})

t.test('a claim that cannot be looked up either is given back later: its token was never sent', async (t) => {
  const { id, presented } = await staleConsent()
  proxy.loseAnswerTo(CLAIM, 'refuse')
  t.match(await getToken(broker, id), { status: 503, body: { code: 'storage_unavailable' } })
  t.match(await rowOf(id), { version: 2, presentations: 1 })
  t.ok((await rowOf(id)).attempt_id, 'on record, and nobody knows')
  t.equal(presented(), 1)
  proxy.accept()
  const givenBack = await waitFor('the claim to be given back', async () => {
    const row = await rowOf(id)
    return row.attempt_id === null && row
  })
  t.match(givenBack, { presentations: 0, consecutive_failures: 0 })
  t.match(await getToken(broker, id), { status: 200 })
  t.equal(presented(), 2)
})

t.test('a claim given back twice counts once', async (t) => {
  const { id, grantId } = await staleConsent()
  const action = { kind: 'status', status: 429, headers: { 'retry-after': '60' } } as const
  bank.faults.add({ endpoint: 'token', grantId, action })
  proxy.loseAnswerTo(GIVE_BACK)
  t.match(await getToken(broker, id), { status: 503, body: { code: 'bank_unavailable' } })
  await proxy.lost()
  t.match(await rowOf(id), { version: 2, presentations: 0, attempt_id: null, consecutive_failures: 1 })
})

t.test('a verdict whose commit is not acknowledged stands, and is told once', async (t) => {
  const { id, grantId } = await staleConsent()
  bank.revokeConsent({ grantId })
  proxy.loseAnswerTo('commit')
  t.match(await getToken(broker, id), { status: 409, body: { code: 'reauthorization_required' } })
  await proxy.lost()
  const types = (await eventsOf(broker, id)).map(({ type }) => type)
  t.equal(types.filter((type) => type === 'consent.reauthorization_required').length, 1)
})
