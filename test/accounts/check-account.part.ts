import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, SCOPES, start, walk } from '../support/authorize.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf, getConsent, getToken } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { waitFor } from '../support/wait-for.ts'
import { assertLogIsMute, CONSENT_INFO, createAccountWorld, MASKED } from './helpers.ts'

const world = await createAccountWorld(t)
const { bank, broker, sql, check, refuse, tell, rotationsOf } = world

t.beforeEach(() => bank.faults.clear())

async function typesOf(id: string, prefix = 'consent.'): Promise<string[]> {
  const types: string[] = (await eventsOf(broker, id)).map(({ type }) => type)
  return types.filter((type) => type.startsWith(prefix)).slice(2)
}

t.test('it asks the bank each time, and shows what it tells', async (t) => {
  const id = await activate(broker)
  const asked = bank.faults.add({ ...CONSENT_INFO, action: { kind: 'delay', delayMs: 0 } })
  const before = Date.now()
  const { status, body, headers, text } = await check(id)
  t.equal(status, 200)
  t.match(body, { consent_id: id, account: MASKED, scopes: SCOPES, requested_scopes: SCOPES })
  t.equal(body.transaction_id, null)
  t.ok(Date.parse(body.checked_at) >= before - 1 && Date.parse(body.checked_at) <= Date.now())
  t.equal(headers.get('cache-control'), 'no-store')
  t.notMatch(text, ACCOUNTS[0])
  t.equal((await call(broker, `GET /v1/consents/${id}/account`, { as: 'ops' })).status, 200)
  t.equal(asked.struck, 2)
  t.equal(await rotationsOf(id), 0, 'a living token is used as it is')
  t.same(await typesOf(id), [], 'and nothing is news')
})

t.test('those who ask at once share one question', async (t) => {
  const id = await activate(broker)
  await getToken(broker, id)
  const gate = createGate()
  const asked = bank.faults.add({ ...CONSENT_INFO, action: { kind: 'wait', until: gate.opened } })
  // From memory, so that all have come before the bank can have heard of one.
  const caller = { id: 'ledger', permissions: new Set(['consents:read'] as const) }
  const checks = Array.from({ length: 20 }, () => broker.broker.checkAccount(caller, id))
  await waitFor('the question', () => asked.struck === 1)
  gate.open()
  for (const { ibanMasked } of await Promise.all(checks)) t.equal(ibanMasked, MASKED)
  t.equal(asked.struck, 1, `${asked.struck} questions`)
})

t.test('a token that has ended is rotated first, as for a hand-out', async (t) => {
  const id = await activate(broker)
  await sql('update consent_tokens set access_expires_at = now() where consent_id = $1', [id])
  const other = await world.startBroker({ PUBLIC_PORT: '0' })
  const answers = await Promise.all([check(id, other), check(id, other), getToken(other, id)])
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  t.equal(await rotationsOf(id), 1)
  await other.stop()
})

t.test('fewer scopes than were asked for', async (t) => {
  const id = await activate(broker)
  t.equal((await getToken(broker, id)).body.scope, SCOPES.join(' '))
  tell({ scopes: SCOPES[0] })
  for (const _ of [1, 2]) t.match((await check(id)).body, { scopes: [SCOPES[0]], requested_scopes: SCOPES })
  t.match(await getConsent(broker, id), { status: 'active', scopes: [SCOPES[0]], requested_scopes: SCOPES })
  t.same(await typesOf(id), ['consent.scopes_narrowed'], 'told once')
  t.match((await eventsOf(broker, id)).at(-1), { actor: 'bank', detail: { missing: [SCOPES[1]] } })
  await waitFor('the cache to hear of it', async () => {
    const { body } = await getToken(broker, id)
    return body.scope === SCOPES[0]
  })
  bank.faults.clear()
  t.match((await check(id)).body, { scopes: SCOPES })
  t.match(await getConsent(broker, id), { scopes: SCOPES })
})

t.test('what the bank leaves out is as it was known', async (t) => {
  const id = await activate(broker)
  tell({}, ['iban', 'transactionId'])
  t.match((await check(id)).body, { account: MASKED, scopes: SCOPES, transaction_id: null })
  bank.faults.clear()
  tell({ valid: '1', iban: 'nl12 abna 9999 8765 23' }, ['scopes'])
  const { expires_at } = await getConsent(broker, id)
  t.match((await check(id)).body, { account: MASKED, scopes: SCOPES, expires_at })
  t.match(await getConsent(broker, id), { account: MASKED, scopes: SCOPES, expires_at })
})

t.test('a payment is shown as the bank tells it; another one than known goes into the history', async (t) => {
  const scopes = ['psd2:payment:sepa:write', 'psd2:payment:sepa:read']
  const id = await activate(broker, { scopes, transaction_id: 'payment-1' })
  t.match((await check(id)).body, { scopes, transaction_id: 'payment-1', account: MASKED })
  t.same(await typesOf(id), [])
  tell({ paymentReference: 'payment-2' })
  for (const _ of [1, 2]) t.match((await check(id)).body, { transaction_id: 'payment-2' })
  t.same(await typesOf(id), ['consent.transaction_mismatch'])
  t.match(await getConsent(broker, id), { transaction_id: 'payment-1', status: 'active' })
})

t.test('another account than the one known changes nothing', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  tell({ iban: ACCOUNTS[1], scopes: SCOPES[0] })
  for (const _ of [1, 2]) {
    const { status, body, text } = await check(id)
    t.match({ status, body }, { status: 409, body: { code: 'account_mismatch' } })
    t.notMatch(text, /NL62/)
  }
  t.same(await getConsent(broker, id), before)
  t.same(await typesOf(id), ['consent.account_mismatch'])
  t.equal((await getToken(broker, id)).status, 200)
})

t.test('nor does a renewal that came to nothing stand in the way', async (t) => {
  const id = await activate(broker)
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[1] })
  await waitFor('the refusal', async () => (await typesOf(id, 'renewal.')).length === 0)
  t.equal((await eventsOf(broker, id)).at(-1).type, 'renewal.refused')
  t.match(await check(id), { status: 200, body: { account: MASKED } })
})

t.test('what is told of a chain that was renewed meanwhile changes nothing', async (t) => {
  const id = await activate(broker)
  const gate = createGate()
  const asked = bank.faults.add({
    ...CONSENT_INFO,
    times: 1,
    when: 'after',
    action: { kind: 'wait', until: gate.opened },
  })
  const former = check(id)
  await waitFor('the question', () => asked.struck === 1)
  tell({ scopes: SCOPES[0] })
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await waitFor('the renewal', async () => (await typesOf(id)).includes('consent.renewed'))
  bank.faults.clear()
  gate.open()
  t.match(await former, { status: 503, body: { code: 'bank_unavailable' } })
  t.match(await getConsent(broker, id), { scopes: [SCOPES[0]] })
})

t.test('a bank that does not tell', async (t) => {
  const id = await activate(broker)
  const silences = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429, headers: { 'retry-after': '17' } },
    { kind: 'status', status: 401, body: { errors: [{ code: 'ERR_2005_001' }] } },
    { kind: 'reset' },
    { kind: 'hang' },
    { kind: 'body', body: '<html>' },
  ] as const
  for (const action of silences) {
    bank.faults.clear()
    bank.faults.add({ ...CONSENT_INFO, action })
    const { status, body, headers } = await check(id)
    t.match({ status, body }, { status: 503, body: { code: 'bank_unavailable' } }, JSON.stringify(action))
    t.match(headers.get('retry-after'), 'headers' in action ? '17' : /^[1-9]\d*$/)
  }
  t.equal(await rotationsOf(id), 0, 'no refresh token is spent on it')
  t.equal((await getToken(broker, id)).status, 200)
  t.same(await typesOf(id), [])
})

t.test('an account the token may not reach any more is no end of the consent', async (t) => {
  const id = await activate(broker)
  for (const code of ['MESSAGE_RST560_0016', 'MESSAGE_DAO375_0005', 'UNHEARD_OF']) {
    bank.faults.clear()
    refuse(403, code)
    const { status, body } = await check(id)
    t.match({ status, body }, { status: 409, body: { code: 'reauthorization_required' } }, code)
    t.match(body.detail, /no access to the account/)
  }
  t.match(await getConsent(broker, id), { status: 'active', refresh: { state: 'idle' } })
  t.equal((await getToken(broker, id)).status, 200)
  t.equal(await rotationsOf(id), 0)
  t.same(await typesOf(id), ['consent.access_denied'])
  t.match((await eventsOf(broker, id)).at(-1).detail, { reason: 'MESSAGE_RST560_0016' })
  bank.faults.clear()
  t.equal((await check(id)).status, 200)
})

t.test('consents without a token give the problems of a token request', async (t) => {
  const { id: pending } = await start(broker)
  const { id: rejected } = await walk(broker, {}, { decision: 'cancel' })
  const { id: unconfirmed } = await walk(broker, { confirm: true })
  const revoked = await activate(broker)
  await call(broker, `DELETE /v1/consents/${revoked}`)
  const asked = bank.faults.add({ ...CONSENT_INFO, action: { kind: 'delay', delayMs: 0 } })
  const expected = [
    [pending, 409, 'consent_pending'],
    [rejected, 410, 'consent_rejected'],
    [unconfirmed, 409, 'consent_unconfirmed'],
    [revoked, 410, 'consent_revoked'],
    [crypto.randomUUID(), 404, 'consent_not_found'],
  ] as const
  for (const [id, status, code] of expected) t.match(await check(id), { status, body: { code } }, code)
  const old = await activate(broker)
  const { clock, skip } = createSkippingClock()
  const late = await world.startBroker({ PUBLIC_PORT: '0' }, clock)
  skip(91 * 86_400_000)
  const struck = asked.struck
  t.match(await check(old, late), { status: 409, body: { code: 'consent_expired' } })
  t.equal(asked.struck, struck, 'the bank is not asked')
  await late.stop()
})

t.test('no line of the log tells an account or a token', (t) => assertLogIsMute(t, world, 5))
