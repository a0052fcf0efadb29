import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import {
  chainOf,
  eventsOf,
  headingOf,
  parametersOf,
  RETURN_URL,
  statusOf,
  tokenOf,
  walkRenewal,
} from './helpers.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

async function outcomes(id: string): Promise<string[]> {
  const rows = await sql(
    `select status, outcome from authorizations where consent_id = $1 and kind = 'renewal' order by created_at`,
    [id],
  )
  return rows.map(({ status, outcome }) => (outcome === null ? status : `${status}/${outcome}`))
}

t.test('the same account: the new chain replaces the old in one step', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  const { token } = await tokenOf(broker, id)
  const renewal = await call(broker, `POST /v1/consents/${id}/authorizations`)
  t.match([renewal.status, renewal.body.consent.refresh], [201, { next_due_at: /^\d{4}-/ }])
  const browser = createBrowser()
  const callbackUrl = await browser.walk(renewal.body.authorization_url, { iban: ACCOUNTS[0] })
  t.equal((await tokenOf(broker, id)).token, token, 'the old tokens go on working')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  const after = await getConsent(broker, id)
  t.match(after, { status: 'active', account: before.account, id, created_at: before.created_at })
  t.ok(after.expires_at > before.expires_at)
  t.equal(await chainOf(sql, id), 2)
  await waitFor('the new token', async () => (await tokenOf(broker, id)).token !== token)
  t.strictSame((await eventsOf(broker, id)).slice(-3), [
    'renewal.started',
    'authorization.received',
    'consent.renewed',
  ])
})

t.test('another account is refused, and nothing changes', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  const { token } = await tokenOf(broker, id)
  const { url } = await renew(broker, id, { return_url: RETURN_URL })
  const page = await createBrowser().consent(url, { iban: ACCOUNTS[1] })
  t.match(parametersOf(page), { consent_id: id, status: 'failed' })
  t.strictSame(await getConsent(broker, id), before)
  t.equal((await tokenOf(broker, id)).token, token)
  t.equal(await chainOf(sql, id), 1)
  t.equal((await eventsOf(broker, id)).at(-1), 'renewal.refused account_mismatch')
  t.strictSame(await outcomes(id), ['failed/account_mismatch'])
  t.strictSame(await sql('select 1 from staged_tokens where consent_id = $1', [id]), [])
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission', 'and can be renewed well')
})

t.test('a renewal that is cancelled changes nothing', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  const { url } = await renew(broker, id, { return_url: RETURN_URL })
  const page = await createBrowser().consent(url, { decision: 'cancel' })
  t.match(parametersOf(page), { consent_id: id, status: 'rejected' })
  t.strictSame(await getConsent(broker, id), before)
  t.equal((await eventsOf(broker, id)).at(-1), 'renewal.rejected cancelled_by_customer')
  t.equal((await tokenOf(broker, id)).status, 200)
})

t.test('a consent past its end becomes active again', async (t) => {
  const id = await activate(broker)
  await sql("update consents set expires_at = now() - interval '1 second' where id = $1", [id])
  await waitFor('the end to be written down', async () => {
    await broker.broker.keepHouse()
    return (await eventsOf(broker, id)).at(-1) === 'consent.expired'
  })
  t.match(await tokenOf(broker, id), { status: 409, code: 'consent_expired' })
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
  t.equal((await tokenOf(broker, id)).status, 200)
})

t.test('so does one whose customer withdrew at the bank', async (t) => {
  const id = await activate(broker)
  bank.revokeConsent({ iban: ACCOUNTS[0] })
  const rejected_token = (await tokenOf(broker, id)).token
  const refused = await call(broker, `POST /v1/consents/${id}/token`, { body: { rejected_token } })
  t.match([refused.status, refused.body.code], [409, 'reauthorization_required'])
  t.equal(await statusOf(broker, id), 'reauthorization_required/refused_by_bank')
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
  t.equal((await tokenOf(broker, id)).status, 200)
})

t.test('what can not be renewed says why', async (t) => {
  const cancelled = await walk(broker, {}, { decision: 'cancel' })
  const pending = await start(broker)
  const revoked = await activate(broker)
  await call(broker, `DELETE /v1/consents/${revoked}`)
  for (const [id, as, status, code] of [
    [pending.id, 'ledger', 409, 'consent_pending'],
    [cancelled.id, 'ledger', 410, 'consent_rejected'],
    [revoked, 'ledger', 410, 'consent_revoked'],
    [pending.id, 'other', 404, 'consent_not_found'],
    [pending.id, 'reader', 403, 'forbidden'],
  ] as const) {
    const answer = await call(broker, `POST /v1/consents/${id}/authorizations`, { as, body: {} })
    t.match([answer.status, answer.body.code], [status, code])
  }
})
