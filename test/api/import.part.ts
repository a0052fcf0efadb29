import { call } from '../support/api.ts'
import { ACCOUNTS, activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { chainFrom, NO_ID } from './support/consents.ts'

const world = await createWorld(t)
const broker = await world.startBroker()

function importing(body: object) {
  return call(broker, 'POST /v1/consents/import', { as: 'ops', body })
}

async function whenSettled(id: string) {
  return waitFor('the first rotation', async () => {
    const consent = await getConsent(broker, id)
    return consent.status === 'pending' ? null : consent
  })
}

t.test('a chain from another system becomes active by its first rotation', async (t) => {
  const { body: chain } = chainFrom(world)
  const described = {
    owner: 'ledger',
    granted_to: ['granted'],
    customer_reference: 'moved',
    metadata: { from: 'x' },
  }
  const hold = Promise.withResolvers<void>()
  t.teardown(hold.resolve)
  const until = hold.promise
  world.bank.faults.add({ endpoint: 'token', times: 1, action: { kind: 'wait', until } })
  const { status, body } = await importing({ ...chain, ...described })
  t.equal(status, 201)
  // Due at once, it may be rotating by the time it is told.
  const refresh = { state: /^(due|rotating)$/, last_success_at: null }
  t.match(body, { status: 'pending', ...described, refresh })
  hold.resolve()
  const active = await whenSettled(body.id)
  t.match(active, { status: 'active', expires_at: chain.expires_at, ...described })
  t.equal(world.bank.ledger.presentationsOf(chain.refresh_token).length, 1, 'presented once')
  t.match(await getToken(broker, body.id), { status: 200, body: { refresh_state: 'ok' } })
  const { items } = (await call(broker, `GET /v1/consents/${body.id}/events`)).body
  t.same(
    items.map((event: { type: string }) => event.type),
    ['consent.activated', 'consent.imported'],
  )
  t.match(items[1], { actor: 'ops', detail: { chain: 1 } })
})

t.test('before its first rotation there is no token', async (t) => {
  await call(broker, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'a test' } })
  const { body } = await importing({ ...chainFrom(world).body, owner: 'ledger' })
  t.match(await getToken(broker, body.id), { status: 409, body: { code: 'consent_pending' } })
  t.match(await getConsent(broker, body.id), { status: 'pending', refresh: { state: 'held' } })
  await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })
  t.match(await whenSettled(body.id), { status: 'active' })
})

t.test('a chain that the bank refuses at once has failed', async (t) => {
  const { grantId, body: chain } = chainFrom(world)
  world.bank.revokeConsent({ grantId })
  const { body } = await importing({ ...chain, owner: 'ledger' })
  t.match(await whenSettled(body.id), { status: 'failed', status_reason: 'refused_by_bank' })
  t.match(await getToken(broker, body.id), { status: 410, body: { code: 'consent_failed' } })
})

t.test('a rescue puts a new chain onto a consent, and keeps all else', async (t) => {
  const body = { customer_reference: 'kept', granted_to: ['granted'] }
  const id = await activate(broker, body, { iban: ACCOUNTS[0] })
  const before = (await getToken(broker, id)).body.access_token
  const { body: chain } = chainFrom(world)
  const rescued = await importing({
    ...chain,
    consent_id: id.toUpperCase(),
    owner: 'ledger',
    granted_to: ['granted'],
  })
  t.match(rescued, {
    status: 201,
    body: { id, status: 'pending', owner: 'ledger', customer_reference: 'kept' },
  })
  t.match(await whenSettled(id), { status: 'active', account: /^NL12/, customer_reference: 'kept' })
  t.not((await getToken(broker, id)).body.access_token, before, 'of the new chain')
})

t.test('an imported chain tells its account once it is in use', async (t) => {
  const { body } = await importing({ ...chainFrom(world).body, owner: 'ledger' })
  const learned = () => getConsent(broker, body.id).then(({ account }) => account)
  t.match(await waitFor('the account', learned), /^NL\d\dABNA\*+\d{4}$/)
})

t.test("a rescue with the chain of another customer's account hands out nothing", async (t) => {
  const id = await activate(broker, {}, { iban: ACCOUNTS[0] })
  const { body: chain } = chainFrom(world, { iban: ACCOUNTS[1] })
  t.equal((await importing({ ...chain, consent_id: id })).status, 201)
  t.match(await whenSettled(id), { status: 'failed', status_reason: 'account_mismatch', account: /^NL12/ })
  t.match(await getToken(broker, id), { status: 410, body: { code: 'consent_failed' } })
})

t.test('a rescue waits for the bank to tell whose account it is', async (t) => {
  const id = await activate(broker, {}, { iban: ACCOUNTS[0] })
  const fault = world.bank.faults.add({
    endpoint: 'consentinfo',
    times: null,
    action: { kind: 'status', status: 503 },
  })
  const { body: chain } = chainFrom(world, { iban: ACCOUNTS[0] })
  t.equal((await importing({ ...chain, consent_id: id })).status, 201)
  await waitFor('Consent Info to be asked in vain', () => fault.struck > 0)
  t.match(await getConsent(broker, id), { status: 'pending' })
  t.match(await getToken(broker, id), { status: 409, body: { code: 'consent_pending' } })
  fault.remove()
  t.match(await whenSettled(id), { status: 'active' })
  t.equal((await getToken(broker, id)).status, 200)
})

t.test('a rescue that would change the consent is refused', async (t) => {
  const id = await activate(broker, { customer_reference: 'kept' })
  const { body: chain } = chainFrom(world)
  const differing = { owner: 'other', customer_reference: 'x', granted_to: ['granted'], metadata: { a: 'b' } }
  for (const [field, value] of Object.entries(differing)) {
    const answer = await importing({ ...chain, consent_id: id, [field]: value })
    t.match(answer, { status: 400, body: { code: 'invalid_request', field } }, field)
  }
  t.match(await getConsent(broker, id), { status: 'active', owner: 'ledger' })
  t.equal(world.bank.ledger.presentationsOf(chain.refresh_token).length, 0)
})

t.test('a rescue of what is not there, or over', async (t) => {
  const { body: chain } = chainFrom(world)
  const missing = await importing({ ...chain, consent_id: NO_ID })
  t.match(missing, { status: 404, body: { code: 'consent_not_found' } })
  const id = await activate(broker)
  await call(broker, `DELETE /v1/consents/${id}`)
  t.match(await importing({ ...chain, consent_id: id }), { status: 410, body: { code: 'consent_revoked' } })
})
