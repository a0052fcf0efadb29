import { call } from '../support/api.ts'
import { ACCOUNTS, activate, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { waitFor } from '../support/wait-for.ts'
import { NO_ID } from './support/consents.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off', BANK_TIMEOUT: '500ms' } })
const broker = await world.startBroker()

async function problemOf(id: string): Promise<string> {
  const { status, body } = await getToken(broker, id)
  return `${status} ${body.code}`
}

t.test('a consent that nobody knows', async (t) => {
  t.equal(await problemOf(NO_ID), '404 consent_not_found')
})

t.test('a consent the customer has not given yet', async (t) => {
  const { id } = await start(broker)
  t.equal(await problemOf(id), '409 consent_pending')
})

t.test('a consent that waits for its confirmation, until it comes', async (t) => {
  const { id, page } = await walk(broker, { confirm: true, return_url: 'http://127.0.0.1:9/done' })
  t.equal(await problemOf(id), '409 consent_unconfirmed')
  const result_code = new URL(page.location ?? '').searchParams.get('result_code')
  const confirm = `POST /v1/consents/${id}/confirm`
  const wrong = await call(broker, confirm, { body: { result_code: 'of another' } })
  t.match(wrong, { status: 400, body: { code: 'invalid_request', field: 'result_code' } })
  t.equal(await problemOf(id), '409 consent_unconfirmed')
  t.match(await call(broker, confirm, { body: { result_code } }), { status: 200, body: { id } })
  t.equal((await getToken(broker, id)).status, 200)
  t.equal((await call(broker, confirm, { body: { result_code } })).status, 400, 'it works once')
})

t.test('a consent whose customer withdrew at the bank', async (t) => {
  const id = await activate(broker, {}, { iban: ACCOUNTS[1] })
  const { access_token } = (await getToken(broker, id)).body
  world.bank.revokeConsent({ iban: ACCOUNTS[1] })
  const { status, body } = await getToken(broker, id, { rejected_token: access_token })
  t.equal(`${status} ${body.code}`, '409 reauthorization_required')
  t.equal(await problemOf(id), '409 reauthorization_required')
  t.match(await getConsent(broker, id), { status_reason: 'refused_by_bank', refresh: { state: 'lost' } })
})

t.test('a renewal with another account', async (t) => {
  const id = await activate(broker, {}, { iban: ACCOUNTS[0] })
  const renewal = await call(broker, `POST /v1/consents/${id}/authorizations`, {
    body: { return_url: 'http://127.0.0.1:9/done' },
  })
  const { location } = await createBrowser().consent(renewal.body.authorization_url, { iban: ACCOUNTS[1] })
  const result_code = new URL(location ?? '').searchParams.get('result_code')
  const before = await getConsent(broker, id)
  const { status, body } = await call(broker, `POST /v1/consents/${id}/confirm`, { body: { result_code } })
  t.equal(`${status} ${body.code}`, '409 account_mismatch')
  t.same(await getConsent(broker, id), before, 'the consent is as it was')
})

t.test('a consent that was ended, however often', async (t) => {
  const id = await activate(broker)
  for (const _ of [1, 2]) t.equal((await call(broker, `DELETE /v1/consents/${id}`)).status, 204)
  t.equal(await problemOf(id), '410 consent_revoked')
  const renewal = await call(broker, `POST /v1/consents/${id}/authorizations`, { body: {} })
  t.match(renewal, { status: 410, body: { code: 'consent_revoked' } })
})

t.test('a consent the customer did not give', async (t) => {
  const { id } = await walk(broker, {}, { decision: 'cancel' })
  t.equal(await problemOf(id), '410 consent_rejected')
})

t.test('a consent whose code the bank refused', async (t) => {
  const refusal = { kind: 'status', status: 400, body: { error: 'invalid_grant' } } as const
  world.bank.faults.add({ endpoint: 'token', grantType: 'authorization_code', action: refusal })
  const { id } = await walk(broker)
  t.equal(await problemOf(id), '410 consent_failed')
})

t.test('what time brings about', async (t) => {
  const active = await activate(broker)
  const { id: pending } = await start(broker)
  const { clock, skip } = createSkippingClock()
  const { PUBLIC_PORT: _, ...env } = world.env
  const late = await world.startBroker({ ...env, PUBLIC_PORT: '0' }, clock)
  skip(91 * 86_400_000)
  const expired = await getToken(late, active)
  t.match(expired, { status: 409, body: { code: 'consent_expired' } })
  await late.broker.keepHouse()
  t.match(await getToken(late, pending), { status: 410, body: { code: 'consent_abandoned' } })
  await late.stop()
})

t.test('a bank that is down, once no live token is left', async (t) => {
  world.bank.settings.accessTokenTtlSeconds = 1
  const { id, url } = await start(broker)
  await createBrowser().consent(url)
  t.equal((await getToken(broker, id)).status, 200)
  await world.bank.close()
  const { body, headers } = await waitFor('the token to end', async () => {
    const answer = await getToken(broker, id)
    return answer.status === 200 ? null : answer
  })
  t.match(body, { status: 503, code: 'bank_unavailable' })
  t.match(headers.get('retry-after'), /^[1-9]\d*$/)
  const client = await call(broker, 'POST /v1/client-tokens', { body: { scope: 'psd2:payment:sepa:write' } })
  t.match(client, { status: 503, body: { code: 'bank_unavailable' } })
})
