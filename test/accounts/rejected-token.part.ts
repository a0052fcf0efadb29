import { ACCOUNTS, activate } from '../support/authorize.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { assertLogIsMute, CONSENT_INFO, createAccountWorld, MASKED } from './helpers.ts'

const world = await createAccountWorld(t)
const { bank, broker, sql, check, refuse, rotationsOf } = world

t.beforeEach(() => bank.faults.clear())

t.test('a token of another bank is not shown to this one', async (t) => {
  const id = await activate(broker)
  await sql(`update consents set bank = 'another' where id = $1`, [id])
  const other = await world.startBroker({ PUBLIC_PORT: '0' })
  const asked = bank.faults.add({ ...CONSENT_INFO, action: { kind: 'delay', delayMs: 0 } })
  t.match(await check(id, other), { status: 503, body: { code: 'bank_unavailable' } })
  t.equal(asked.struck, 0)
  await other.stop()
})

t.test('a token that the bank takes no more is rotated once, and the bank asked once more', async (t) => {
  for (const code of ['ERR_2002_002', 'ERR_2100_001']) {
    bank.faults.clear()
    const id = await activate(broker)
    const { access_token } = (await getToken(broker, id)).body
    refuse(401, code, 1)
    t.match(await check(id), { status: 200, body: { account: MASKED } })
    t.equal(await rotationsOf(id), 1)
    t.not((await getToken(broker, id)).body.access_token, access_token)
    const again = refuse(401, code)
    const late = await check(id)
    t.match(late, { status: 503, body: { code: 'bank_unavailable' } })
    t.equal(late.headers.get('retry-after'), '30')
    t.equal(again.struck, 1, 'the same token is not shown again')
    t.equal(await rotationsOf(id), 1, 'nor another one spent within 30 seconds')
  }
})

t.test('and where the new one is rejected too, no third is made', async (t) => {
  const id = await activate(broker)
  const refused = refuse(401, 'ERR_2002_002')
  t.match(await check(id), { status: 503, body: { code: 'bank_unavailable' } })
  t.equal(refused.struck, 2)
  t.equal(await rotationsOf(id), 1)
  t.match(await getConsent(broker, id), { status: 'active' })
})

t.test('a customer who withdrew at the bank', async (t) => {
  const id = await activate(broker, {}, { iban: ACCOUNTS[1] })
  bank.revokeConsent({ iban: ACCOUNTS[1] })
  const presented = bank.ledger.count()
  t.match(await check(id), { status: 409, body: { code: 'reauthorization_required' } })
  t.match(await getConsent(broker, id), {
    status: 'reauthorization_required',
    status_reason: 'refused_by_bank',
  })
  t.match(await check(id), { status: 409 })
  t.equal(bank.ledger.count() - presented, 1)
})

t.test('a lost rotation leaves a token to ask with, until the bank rejects it', async (t) => {
  const id = await activate(broker)
  await sql(
    `update consents set status = 'reauthorization_required', status_reason = 'rotation_lost' where id = $1`,
    [id],
  )
  const other = await world.startBroker({ PUBLIC_PORT: '0' })
  t.match(await check(id, other), { status: 200, body: { account: MASKED, renewal_advised_in_days: 0 } })
  refuse(401, 'ERR_2002_002')
  t.match(await check(id, other), { status: 409, body: { code: 'reauthorization_required' } })
  await other.stop()
})

t.test('no line of the log tells an account or a token', (t) => assertLogIsMute(t, world, 3))
