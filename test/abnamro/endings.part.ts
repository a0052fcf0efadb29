import { eventsOf, headingOf, statusOf, tokenOf, walkRenewal } from '../flow/helpers.ts'
import { ACCOUNTS, activate, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { bankAnswers } from './support/bank-answers.ts'
import { noteNextExchange } from './support/exchanged.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const REFRESH = { endpoint: 'token', grantType: 'refresh_token' } as const

t.beforeEach(() => {
  bank.faults.clear()
  bank.ledger.clear()
})

/** Has the background rotate a consent now. */
const makeDue = (id: string) => sql('update consent_tokens set due_at = now() where consent_id = $1', [id])

t.test(
  'its end is fixed when it is authorized: past it nothing goes out, however alive the token',
  async (t) => {
    const brief = await world.startBroker({ PUBLIC_PORT: '0', CONSENT_VALIDITY: '2500ms' })
    const { id, url } = await start(brief)
    const browser = createBrowser()
    const callbackUrl = await browser.walk(url, { iban: ACCOUNTS[0] })
    await browser.open(callbackUrl.replace(broker.publicUrl, brief.publicUrl))
    const { expires_at, authorized_at } = await getConsent(broker, id)
    t.equal(
      Date.parse(expires_at) - Date.parse(authorized_at),
      2_500,
      'by the setting it was authorized under',
    )
    const { body } = await getToken(broker, id)
    t.equal(body.expires_at, expires_at, 'no token is promised beyond it')

    const refused = await waitFor('the end', async () => {
      const answer = await getToken(broker, id)
      return answer.status === 200 ? null : answer
    })
    t.match(refused, { status: 409, body: { code: 'consent_expired' } })
    t.ok(Date.now() >= Date.parse(expires_at))
    t.equal(await bankAnswers(world, body.access_token), 200, 'though the bank still takes it')
    t.match(await getToken(brief, id, { rejected_token: body.access_token }), { status: 409 })
    const sentinel = await activate(broker)
    await makeDue(id)
    await makeDue(sentinel)
    await waitFor('the background to have looked', () => bank.ledger.count() > 0)
    t.equal(bank.ledger.count(), 1, 'nor is it rotated any more')

    t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
    const renewed = await getConsent(broker, id)
    t.equal(Date.parse(renewed.expires_at) - Date.parse(renewed.authorized_at), 90 * 86_400_000)
    t.match(await tokenOf(broker, id), { status: 200 })
  },
)

t.test('refused by the bank at a rotation: nothing more is handed out, by any replica', async (t) => {
  const second = await world.startBroker({ PUBLIC_PORT: '0' })
  const exchanged = noteNextExchange(bank)
  const id = await activate(broker)
  t.equal((await tokenOf(second, id)).status, 200)
  const { refresh_token } = await exchanged
  bank.revokeConsent({ refreshToken: refresh_token })
  await makeDue(id)
  await waitFor('the refusal', async () => (await statusOf(broker, id)) !== 'active')
  t.equal(await statusOf(broker, id), 'reauthorization_required/refused_by_bank')
  for (const at of [broker, second]) {
    await waitFor('the change to reach it', async () => (await tokenOf(at, id)).status !== 200)
    t.match(await tokenOf(at, id), { status: 409, code: 'reauthorization_required', token: undefined })
  }
  t.strictSame(
    bank.ledger.presentations().map((one) => one.refreshToken),
    [refresh_token],
    'presented once in all',
  )
  t.equal((await eventsOf(broker, id)).at(-1), 'consent.reauthorization_required refused_by_bank')
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
})

t.test('an early 401, the token merely dropped: one refresh for all who report it', async (t) => {
  const id = await activate(broker)
  const { token: rejected_token } = await tokenOf(broker, id)
  const answers = await Promise.all([1, 2, 3].map(() => getToken(broker, id, { rejected_token })))
  const later = await getToken(broker, id, { rejected_token })
  const foreign = await getToken(broker, id, { rejected_token: 'a-token-of-another-bank' })
  const tokens = new Set([...answers, later, foreign].map(({ body }) => body.access_token))
  t.equal(tokens.size, 1)
  t.notOk(tokens.has(rejected_token))
  t.equal(bank.ledger.count(), 1, 'one presentation')
  t.equal(await bankAnswers(world, [...tokens][0]), 200)
})

t.test('an early 401, the consent withdrawn: one refresh tells, and no second is tried', async (t) => {
  const id = await activate(broker)
  const { token: rejected_token } = await tokenOf(broker, id)
  bank.revokeConsent({ iban: ACCOUNTS[0] })
  t.equal(await bankAnswers(world, rejected_token), 401, 'as the caller found out')
  const problem = { status: 409, body: { code: 'reauthorization_required' } }
  for (const answer of await Promise.all([1, 2, 3].map(() => getToken(broker, id, { rejected_token })))) {
    t.match(answer, problem)
  }
  t.match(await getToken(broker, id, { rejected_token }), problem)
  t.match(await getToken(broker, id), problem)
  t.equal(bank.ledger.count(), 1)
  t.equal(await statusOf(broker, id), 'reauthorization_required/refused_by_bank')
})

// Two, for a third would close the gate to those that follow.
for (const body of [{ error: 'unauthorized_client' }, '<html>No required SSL certificate was sent</html>']) {
  t.test(`${JSON.stringify(body)} is a refusal of us, and touches no consent`, async (t) => {
    const id = await activate(broker)
    const { token: rejected_token } = await tokenOf(broker, id)
    const before = await getConsent(broker, id)
    const fault = bank.faults.add({ ...REFRESH, action: { kind: 'status', status: 400, body } })
    const answer = await getToken(broker, id, { rejected_token })
    t.equal(fault.struck, 1)
    t.match(answer, { status: 200, body: { access_token: rejected_token } }, 'all there is')
    const [row] = await sql('select * from consent_tokens where consent_id = $1', [id])
    t.match(row, { version: 1, presentations: 0, attempt_id: null, uncertain_at: null })
    t.match(await getConsent(broker, id), { ...before, refresh: {}, explanation: {} })
    t.notMatch(await eventsOf(broker, id), /reauthorization|uncertain/)
  })
}
