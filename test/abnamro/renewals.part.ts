import { chainOf, EXCHANGE, eventsOf, headingOf, statusOf, tokenOf, walkRenewal } from '../flow/helpers.ts'
import { ACCOUNTS, activate, renew } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { keepAsking } from './support/asking.ts'
import { bankAnswers } from './support/bank-answers.ts'
import { type ExchangedTokens, noteNextExchange } from './support/exchanged.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()
const uncached = await world.startBroker({ PUBLIC_PORT: '0', TOKEN_CACHE: 'off' })
const sql = connectSql(t, world.databaseUrl)
const NINETY_DAYS_MS = 90 * 86_400_000

t.beforeEach(() => bank.faults.clear())

/** A customer who is back from the bank; the answer to the code is held up until `save`. */
async function comeBack(id: string) {
  const gate = createGate()
  const { url } = await renew(broker, id)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url, { iban: ACCOUNTS[0] })
  const held = bank.faults.add({ ...EXCHANGE, action: { kind: 'wait', until: gate.opened } })
  const shown = browser.open(callbackUrl)
  await waitFor('the exchange', () => held.struck === 1)
  return {
    async save(): Promise<ExchangedTokens> {
      const tokens = noteNextExchange(bank)
      gate.open()
      t.equal(headingOf(await shown), 'You have given permission')
      return tokens
    },
  }
}

for (const [order, olderFirst] of [
  ['in the order of their callbacks', true],
  ['in the other order', false],
] as const) {
  t.test(`two renewals at once, saved ${order}: the newer chain lives alone`, async (t) => {
    const id = await activate(broker)
    const callers = keepAsking(t, [broker, uncached], id)
    const [older, newer] = [await comeBack(id), await comeBack(id)]
    t.equal(await chainOf(sql, id), 1)
    const firstSaved = await (olderFirst ? older : newer).save()
    t.equal(await chainOf(sql, id), olderFirst ? 2 : 3)
    const secondSaved = await (olderFirst ? newer : older).save()
    t.equal(await chainOf(sql, id), 3)
    const { access_token, refresh_token } = olderFirst ? secondSaved : firstSaved
    await waitFor('both brokers to hand the new token out', async () => {
      const both = [await tokenOf(broker, id), await tokenOf(uncached, id)]
      return both.every(({ token }) => token === access_token)
    })
    const { statuses, tokens } = await callers.stop()
    t.strictSame([...statuses], [200], 'no hand-out failed in between')
    if (!olderFirst) t.notOk(tokens.includes(secondSaved.access_token), 'what came too late never went out')

    const { status, expires_at, authorized_at } = await getConsent(broker, id)
    t.equal(status, 'active')
    t.equal(Date.parse(expires_at) - Date.parse(authorized_at), NINETY_DAYS_MS)
    t.equal((await sql('select 1 from staged_tokens')).length, 0)
    bank.ledger.clear()
    t.equal((await getToken(broker, id, { rejected_token: access_token })).status, 200)
    t.strictSame(
      bank.ledger.presentations().map((one) => one.refreshToken),
      [refresh_token],
      'the newer chain is the one that is rotated',
    )
  })
}

t.test('a rotation that is answered after the renewal does not overwrite it', async (t) => {
  const id = await activate(broker)
  const { token: old } = await tokenOf(broker, id)
  const gate = createGate()
  const slow = holdRefresh(gate.opened, 'after')
  const asked = getToken(uncached, id, { rejected_token: old })
  await waitFor('the rotation', () => slow.struck === 1)
  const renewed = noteNextExchange(bank)
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
  const callers = keepAsking(t, [broker, uncached], id)
  gate.open()
  await waitFor('the late answer to be dropped', () => dropped(id))
  t.equal((await asked).status, 200, 'who waited for it has a token')
  const { access_token } = await renewed
  t.strictSame(await rowOf(id), { chain: 2, version: 1, presentations: 0, attempt_id: null })
  t.equal((await tokenOf(uncached, id)).token, access_token)
  t.equal(await bankAnswers(world, access_token), 200)
  t.strictSame([...(await callers.stop()).statuses], [200])
})

t.test('nor does a refusal of the old chain end what was renewed', async (t) => {
  const first = noteNextExchange(bank)
  const id = await activate(broker)
  const { token: old } = await tokenOf(broker, id)
  const gate = createGate()
  const slow = holdRefresh(gate.opened, 'before')
  const asked = getToken(uncached, id, { rejected_token: old })
  await waitFor('the rotation', () => slow.struck === 1)
  // As a bank does that ends the old consent for the same account when it grants a new one.
  bank.revokeConsent({ refreshToken: (await first).refresh_token })
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
  gate.open()
  await waitFor('the refusal', () => bank.ledger.presentations().at(-1)?.status === 400)
  t.equal((await asked).status, 200)
  t.strictSame(await rowOf(id), { chain: 2, version: 1, presentations: 0, attempt_id: null })
  t.equal(await statusOf(broker, id), 'active')
  t.equal((await eventsOf(broker, id)).at(-1), 'consent.renewed')
})

t.test(
  'the old tokens rotate on while a renewal waits for its account, and after it came to nothing',
  async (t) => {
    const id = await activate(broker)
    const before = await getConsent(broker, id)
    bank.faults.add({ endpoint: 'consentinfo', times: null, action: { kind: 'status', status: 503 } })
    await walkRenewal(broker, id)
    const first = await tokenOf(broker, id)
    const second = await getToken(broker, id, { rejected_token: first.token })
    t.not(second.body.access_token, first.token, 'rotated while the new pair is staged')
    await sql("update staged_tokens set access_expires_at = now(), check_after = now() - interval '1 second'")
    await waitFor('the refusal', async () => {
      await broker.broker.keepHouse()
      return (await eventsOf(broker, id)).at(-1) === 'renewal.refused account_unverified'
    })
    await sql('update consent_tokens set rejection_checked_at = null where consent_id = $1', [id])
    const third = await getToken(broker, id, { rejected_token: second.body.access_token })
    t.not(third.body.access_token, second.body.access_token, 'and after that')
    t.match(await rowOf(id), { chain: 1, version: 3 })
    t.match(await getConsent(broker, id), { status: 'active', expires_at: before.expires_at })
  },
)

function holdRefresh(until: Promise<unknown>, when: 'before' | 'after') {
  return bank.faults.add({
    endpoint: 'token',
    grantType: 'refresh_token',
    when,
    action: { kind: 'wait', until },
  })
}

function dropped(id: string): boolean {
  return uncached.logged.some((line) => line.includes('answer dropped') && line.includes(id))
}

async function rowOf(id: string) {
  const [row] = await sql(
    'select chain, version, presentations, attempt_id from consent_tokens where consent_id = $1',
    [id],
  )
  return row
}
