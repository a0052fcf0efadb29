import { regulatoryClock } from '../../src/core/regulatory-clock.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, SCOPES, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf, getConsent, getToken, importBody } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const NOW = new Date('2026-11-22T12:00:00Z')
const inMs = (ms: number) => new Date(NOW.getTime() + ms)
const BEFORE_MS = 14 * DAY_MS
const ADVISED = inMs(76 * DAY_MS)

type Consent = Parameters<typeof regulatoryClock>[0]
const ACTIVE: Consent = {
  status: 'active',
  authorizedAt: NOW,
  expiresAt: inMs(90 * DAY_MS),
  erasedAt: null,
}

const table: [what: string, consent: Consent, atMs: number, expected: [number | null, number | null]][] = [
  ['at its authorization', ACTIVE, 0, [90, 76]],
  ['a moment later: a day begun counts', ACTIVE, 1, [90, 76]],
  ['a day later', ACTIVE, DAY_MS, [89, 75]],
  ['on the day before the advice', ACTIVE, 76 * DAY_MS - HOUR_MS, [15, 1]],
  ['when it is advised', ACTIVE, 76 * DAY_MS, [14, 0]],
  ['in its last hour', ACTIVE, 90 * DAY_MS - HOUR_MS, [1, 0]],
  ['at its end', ACTIVE, 90 * DAY_MS, [0, 0]],
  ['once it is erased', { ...ACTIVE, status: 'expired', erasedAt: NOW }, 200 * DAY_MS, [0, null]],
  ['long after it', { ...ACTIVE, status: 'expired' }, 200 * DAY_MS, [0, 0]],
  ['before the customer gave it', { ...ACTIVE, status: 'pending', expiresAt: null }, 0, [null, null]],
  ['dead before its end', { ...ACTIVE, status: 'reauthorization_required' }, 0, [90, 0]],
  ['revoked', { ...ACTIVE, status: 'revoked' }, 0, [0, null]],
  ['shorter than the advice', { ...ACTIVE, expiresAt: inMs(5 * DAY_MS) }, 0, [5, 0]],
]

t.test('the clock, by table', async (t) => {
  for (const [what, consent, atMs, [daysLeft, renewalAdvisedInDays]] of table) {
    const clock = regulatoryClock(consent, BEFORE_MS, inMs(atMs))
    t.match(clock, { daysLeft, renewalAdvisedInDays }, what)
  }
  t.same(regulatoryClock(ACTIVE, BEFORE_MS, NOW).renewalAdvisedAt, ADVISED)
  t.same(regulatoryClock({ ...ACTIVE, expiresAt: inMs(DAY_MS) }, BEFORE_MS, NOW).renewalAdvisedAt, NOW)
  t.equal(regulatoryClock({ ...ACTIVE, status: 'revoked' }, BEFORE_MS, NOW).renewalAdvisedAt, null)
})

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const { bank } = world
const sql = connectSql(t, world.databaseUrl)

t.test('every answer that shows a consent or a token tells it', async (t) => {
  const broker = await world.startBroker()
  const unknown = { days_left: null, renewal_advised_at: null, renewal_advised_in_days: null }
  const { body: begun } = await call(broker, 'POST /v1/consents', { body: { scopes: SCOPES } })
  t.match(begun.consent, unknown, 'started')

  const id = await activate(broker)
  const consent = await getConsent(broker, id)
  const advisedAt = new Date(Date.parse(consent.expires_at) - BEFORE_MS).toISOString()
  const known = { days_left: 90, renewal_advised_at: advisedAt, renewal_advised_in_days: 76 }
  t.match(consent, known, 'read')
  const { body: list } = await call(broker, 'GET /v1/consents?status=active')
  t.match(list.items[0], { id, ...known }, 'listed')
  t.match((await call(broker, `POST /v1/consents/${id}/authorizations`, { body: {} })).body.consent, known)
  t.match((await call(broker, `GET /v1/consents/${id}/account`)).body, {
    ...known,
    expires_at: consent.expires_at,
  })
  const inToken = {
    consent_expires_at: consent.expires_at,
    consent_days_left: 90,
    renewal_advised_in_days: 76,
  }
  t.match((await getToken(broker, id)).body, inToken, 'with a token')
  t.match((await getToken(broker, id)).body, inToken, 'and with one from memory')
  const body = importBody(bank.startGrant({ consentValidityMs: 40 * DAY_MS }), { owner: 'ledger' })
  t.match((await call(broker, 'POST /v1/consents/import', { as: 'ops', body })).body, {
    days_left: 40,
    renewal_advised_in_days: 26,
  })
  await call(broker, `DELETE /v1/consents/${id}`)
  t.match(await getConsent(broker, id), { ...unknown, days_left: 0 }, 'revoked')
  await broker.stop()
})

t.test('a confirmation tells it; days pass; the advice is a setting', async (t) => {
  const { clock, skip } = createSkippingClock()
  const broker = await world.startBroker({ RENEWAL_ADVISED_BEFORE: '30d' }, clock)
  const { id, url } = await start(broker, { confirm: true, return_url: 'http://127.0.0.1:9/done' })
  const { location } = await createBrowser().consent(url)
  const result_code = new URL(location ?? '').searchParams.get('result_code')
  const confirmed = await call(broker, `POST /v1/consents/${id}/confirm`, { body: { result_code } })
  t.match(confirmed.body, { days_left: 90, renewal_advised_in_days: 60 })
  skip(65 * DAY_MS)
  t.match(await getConsent(broker, id), { days_left: 25, renewal_advised_in_days: 0 })
  skip(26 * DAY_MS)
  t.match(await getConsent(broker, id), { status: 'expired', days_left: 0, renewal_advised_in_days: 0 })
  await broker.stop()
})

t.test('180 days are for consents given from then on', async (t) => {
  bank.settings.consentValidityMs = 180 * DAY_MS
  const before = await world.startBroker({ CONSENT_VALIDITY: '90d' })
  const old = await activate(before)
  const { expires_at: oldEnd } = await getConsent(before, old)
  const { url: begunBefore, id: begun } = await start(before)
  const staged = await activate(before)
  bank.faults.add({ endpoint: 'consentinfo', action: { kind: 'status', status: 503 } })
  await createBrowser().consent((await renew(before, staged)).url, { iban: ACCOUNTS[0] })
  await before.stop()

  const after = await world.startBroker({ CONSENT_VALIDITY: '180d' })
  t.match(await getConsent(after, old), { expires_at: oldEnd, days_left: 90 }, 'the old one keeps its end')
  const { access_token } = (await getToken(after, old)).body
  const rotated = await getToken(after, old, { rejected_token: access_token })
  t.not(rotated.body.access_token, access_token)
  t.match(rotated.body, { consent_expires_at: oldEnd, consent_days_left: 90 }, 'a rotation does not move it')

  t.match(await getConsent(after, await activate(after)), { days_left: 180, renewal_advised_in_days: 166 })
  await createBrowser().consent(begunBefore)
  t.match(await getConsent(after, begun), { days_left: 180 }, 'what counts is when it is authorized')
  await sql('update staged_tokens set check_after = now()')
  await waitFor('the renewal', async () => {
    await after.broker.keepHouse()
    return (await eventsOf(after, staged)).at(-1)?.type === 'consent.renewed'
  })
  t.match(await getConsent(after, staged), { days_left: 90 }, 'not when a renewal is swapped in')

  await createBrowser().consent((await renew(after, old)).url, { iban: ACCOUNTS[0] })
  const renewed = await waitFor('the renewal', async () => {
    const consent = await getConsent(after, old)
    return consent.expires_at !== oldEnd && consent
  })
  t.equal(Date.parse(renewed.expires_at) - Date.parse(renewed.authorized_at), 180 * DAY_MS)
  t.match(renewed, { days_left: 180, renewal_advised_in_days: 166 })
})
