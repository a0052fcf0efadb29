import { EXCHANGE, eventsOf, headingOf, statusOf, tokenOf, walkRenewal } from '../flow/helpers.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, start } from '../support/authorize.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { bankAnswers } from './support/bank-answers.ts'
import { startCutOff } from './support/cut-off.ts'
import { noteNextExchange } from './support/exchanged.ts'
import { startRevocationEndpoint } from './support/revocation-endpoint.ts'

const world = await createWorld(t)
const { bank } = world
const endpoint = await startRevocationEndpoint(t, bank)
const broker = await world.startBroker({ BANK_REVOCATION_ENDPOINT: endpoint.url })
const sql = connectSql(t, world.databaseUrl)
const NO_INFO = { endpoint: 'consentinfo', action: { kind: 'status', status: 503 } } as const

t.beforeEach(() => {
  bank.faults.clear()
  endpoint.received.length = 0
  endpoint.behave('revokes')
})

/** The tokens that were to be revoked, in the order they came. */
const revoked = () => endpoint.received.map(({ form }) => form.get('token'))

/** Lets the checks of staged pairs fall due until this is the last thing that happened to the consent. */
async function checkUntil(id: string, event: string): Promise<void> {
  await waitFor(event, async () => {
    await sql("update staged_tokens set check_after = now() - interval '1 second'")
    await broker.broker.keepHouse()
    return (await eventsOf(broker, id)).at(-1) === event
  })
}

async function remove(at: TestBroker, id: string): Promise<number> {
  return (await call(at, `DELETE /v1/consents/${id}`)).status
}

t.test('DELETE revokes at the bank by RFC 7009, once', async (t) => {
  const exchanged = noteNextExchange(bank)
  const id = await activate(broker)
  const { refresh_token, access_token } = await exchanged
  t.equal(await bankAnswers(world, access_token), 200)
  t.strictSame([await remove(broker, id), await remove(broker, id)], [204, 204])
  t.strictSame(revoked(), [refresh_token])
  const [{ headers, form } = { headers: {}, form: new URLSearchParams() }] = endpoint.received
  t.equal(headers.authorization, undefined, 'the client is known by its certificate')
  t.match(Object.fromEntries(form), { client_id: 'TPP_test', token_type_hint: 'refresh_token' })
  t.equal(await bankAnswers(world, access_token), 401, 'the access token handed out is dead there too')
})

t.test('an endpoint that fails, hangs or is gone never fails the DELETE', async (t) => {
  const hasty = await world.startBroker({ ...broker.env, PUBLIC_PORT: '0', BANK_TIMEOUT: '300ms' })
  const gone = await world.startBroker({
    PUBLIC_PORT: '0',
    BANK_REVOCATION_ENDPOINT: 'http://127.0.0.1:9/as/revoke_token.oauth2',
  })
  for (const [behaviour, at] of [
    ['fails', broker],
    ['hangs', hasty],
    ['revokes', gone],
  ] as const) {
    const id = await activate(broker)
    endpoint.behave(behaviour)
    const startedAt = performance.now()
    t.equal(await remove(at, id), 204, behaviour)
    t.ok(performance.now() - startedAt < 3_000, 'nobody waits much longer than BANK_TIMEOUT')
    t.equal(await statusOf(broker, id), 'revoked')
    t.strictSame(await sql('select 1 from consent_tokens where consent_id = $1', [id]), [])
  }
})

t.test('without the setting nothing is called', async (t) => {
  const plain = await world.startBroker({ PUBLIC_PORT: '0' })
  const id = await activate(broker)
  const { token } = await tokenOf(broker, id)
  t.equal(await remove(plain, id), 204)
  t.strictSame(revoked(), [])
  t.equal(await bankAnswers(world, token), 200, 'the bank knows nothing of it')
  t.match(await tokenOf(plain, id), { status: 410, code: 'consent_revoked' })
})

t.test('DELETE while a renewal waits for its account revokes both chains', async (t) => {
  const first = noteNextExchange(bank)
  const id = await activate(broker)
  const second = noteNextExchange(bank)
  bank.faults.add(NO_INFO)
  t.equal(headingOf(await walkRenewal(broker, id)), 'One moment, please')
  t.equal(await remove(broker, id), 204)
  t.same(new Set(revoked()), new Set([(await first).refresh_token, (await second).refresh_token]))
})

t.test('DELETE while a refresh token is at the bank revokes what comes back for it', async (t) => {
  const id = await activate(broker)
  const gate = createGate()
  const slow = bank.faults.add({
    endpoint: 'token',
    grantType: 'refresh_token',
    when: 'after',
    action: { kind: 'wait', until: gate.opened },
  })
  const { token } = await tokenOf(broker, id)
  const asked = getToken(broker, id, { rejected_token: token })
  await waitFor('the rotation', () => slow.struck === 1)
  t.equal(await remove(broker, id), 204)
  gate.open()
  await asked
  const late = await waitFor('the late pair', () => bank.ledger.presentations().at(-1)?.issued)
  await waitFor('its end', () => revoked().includes(late.refreshToken))
  t.equal(await bankAnswers(world, late.accessToken), 401)
  const dropped = () => broker.logged.map((line) => JSON.parse(line)).find(({ why }) => why === 'revoked')
  t.match(await waitFor('the line of it', dropped), { consentId: id, atBank: 'revoked' })
})

// The bank may keep one grant for all that a customer gave: revoking any token of it would end the chain in use.
t.test(
  'of two renewals at once the pair that came too late is dropped, and nothing is revoked',
  async (t) => {
    const id = await activate(broker)
    const older = noteNextExchange(bank)
    bank.faults.add(NO_INFO)
    t.equal(headingOf(await walkRenewal(broker, id)), 'One moment, please')
    const newer = noteNextExchange(bank)
    t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
    t.strictSame(revoked(), [])
    await waitFor('the older to be dropped', async () => {
      await sql("update staged_tokens set check_after = now() - interval '1 second'")
      await broker.broker.keepHouse()
      return (await sql('select 1 from staged_tokens')).length === 0
    })
    t.strictSame(revoked(), [])
    t.equal(await bankAnswers(world, (await older).access_token), 200)
    const { token } = await tokenOf(broker, id)
    t.equal(token, (await newer).access_token)
    t.equal(await bankAnswers(world, token), 200, 'the newest lives')
  },
)

t.test('so it is with the pair of a renewal for another account', async (t) => {
  const id = await activate(broker)
  const { token } = await tokenOf(broker, id)
  t.equal(headingOf(await walkRenewal(broker, id, ACCOUNTS[1])), 'It did not work')
  t.equal((await eventsOf(broker, id)).at(-1), 'renewal.refused account_mismatch')
  t.strictSame(revoked(), [])
  t.equal((await tokenOf(broker, id)).token, token)
  t.equal(await bankAnswers(world, token), 200)
})

t.test('and with that of one whose account nobody told', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  bank.faults.add({ ...NO_INFO, times: null })
  await walkRenewal(broker, id)
  await sql("update staged_tokens set access_expires_at = now() - interval '1 second'")
  await checkUntil(id, 'renewal.refused account_unverified')
  t.strictSame(revoked(), [])
  t.strictSame(await getConsent(broker, id), before)
})

t.test('a pair that several replicas check at once is adopted, and never revoked', async (t) => {
  const id = await activate(broker)
  const renewed = noteNextExchange(bank)
  const [gate, second] = [createGate(), await world.startBroker({ ...broker.env, PUBLIC_PORT: '0' })]
  const slow = bank.faults.add({ endpoint: 'consentinfo', action: { kind: 'wait', until: gate.opened } })
  const page = walkRenewal(broker, id)
  await waitFor('the slow check', () => slow.struck === 1)
  await sql("update staged_tokens set check_after = now() - interval '1 second'")
  await second.broker.keepHouse()
  await waitFor('the renewal', async () => (await eventsOf(broker, id)).at(-1) === 'consent.renewed')
  gate.open()
  await page
  await waitFor('the slow check to end', () =>
    broker.logged.some((line) => line.includes('"result":"gone"') && line.includes(id)),
  )
  t.strictSame(revoked(), [])
  t.equal(await bankAnswers(world, (await renewed).access_token), 200)
})

t.test('nor is a pair saved by a commit nobody acknowledged, when its save is tried again', async (t) => {
  const { proxy, cutOff } = await startCutOff(t, world, broker.env)
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = (await browser.walk(url)).replace(broker.publicUrl, cutOff.publicUrl)
  const gate = createGate()
  const answer = bank.faults.add({
    ...EXCHANGE,
    when: 'after',
    action: { kind: 'wait', until: gate.opened },
  })
  const shown = browser.open(callbackUrl)
  await waitFor('the exchange', () => answer.struck === 1)
  proxy.loseAnswerTo('commit', 'refuse')
  gate.open()
  await proxy.lost()
  await waitFor('the commit', async () => (await statusOf(broker, id)) === 'active')

  bank.faults.add(NO_INFO)
  t.equal(headingOf(await walkRenewal(broker, id)), 'One moment, please', 'a renewal has begun its chain')
  proxy.accept()
  await waitFor('the account, by the second try', async () => (await getConsent(broker, id)).account)
  const { token } = await tokenOf(broker, id)
  t.equal(await bankAnswers(world, token), 200, 'the pair in use lives')
  t.strictSame(revoked(), [])
  t.notOk((await eventsOf(broker, id)).includes('consent.renewed'))
  await shown
})

t.test('nor is a renewal, saved so and adopted by another replica meanwhile', async (t) => {
  const { proxy, cutOff } = await startCutOff(t, world, broker.env)
  // What the last test left would be checked, and refused, beside it.
  await sql('delete from staged_tokens')
  const id = await activate(broker)
  const { token: former } = await tokenOf(broker, id)
  const browser = createBrowser()
  const callbackUrl = await browser.walk((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  const gate = createGate()
  const answer = bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'wait', until: gate.opened } })
  const shown = browser.open(callbackUrl.replace(broker.publicUrl, cutOff.publicUrl))
  await waitFor('the exchange', () => answer.struck === 1)
  proxy.loseAnswerTo('commit', 'refuse')
  gate.open()
  await proxy.lost()
  await checkUntil(id, 'consent.renewed')

  proxy.accept()
  const checked = await waitFor(
    'the second try',
    () => cutOff.logged.find((line) => line.includes('renewal checked') && line.includes(id)) ?? null,
  )
  t.match(checked, '"result":"gone"', 'it is not staged again')
  t.strictSame(revoked(), [])
  const { token } = await tokenOf(broker, id)
  t.not(token, former)
  t.equal(await bankAnswers(world, token), 200, 'the chain in use lives')
  await shown
})
