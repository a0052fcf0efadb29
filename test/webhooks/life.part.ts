import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf, importActive, importBody, importGrant, untilStatus } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { startReceiver } from './support/receiver.ts'
import { subscribersFile } from './support/subscribers.ts'

const { bank, databaseUrl, startBroker } = await createWorld(t)
const receiver = await startReceiver(t)
const { url, secret } = receiver
const file = await subscribersFile(t, [{ id: 'ledger', url, secret }])
const broker = await startBroker({ WEBHOOKS_FILE: file.path, SALVAGE_WAIT: '100ms' })
const sql = connectSql(t, databaseUrl)
await waitFor('the subscriber', async () => (await sql('select from webhook_subscribers')).length > 0)

const { untilTypes } = receiver
const makeDue = (id: string) => sql('update consent_tokens set due_at = now() where consent_id = $1', [id])

t.test('one message a change over the life of a consent, in order', async (t) => {
  const personal = 'customer-4711'
  const id = await activate(broker, { customer_reference: personal, metadata: { note: 'of-a-customer' } })
  await untilTypes(id, ['consent.activated'])
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await untilTypes(id, ['consent.activated', 'consent.renewed'])
  bank.revokeConsent({ iban: ACCOUNTS[0] })
  await makeDue(id)
  await untilTypes(id, ['consent.activated', 'consent.renewed', 'consent.reauthorization_required'])
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await untilStatus(broker, id, 'active')
  await sql(`update consents set expires_at = now() where id = $1`, [id])
  await waitFor('the end', () => receiver.typesOf(id).includes('consent.expired'))
  await call(broker, `DELETE /v1/consents/${id}`)
  await untilTypes(id, [
    'consent.activated',
    'consent.renewed',
    'consent.reauthorization_required',
    'consent.renewed',
    'consent.expired',
    'consent.revoked',
  ])
  const messages = receiver.received.filter(({ data }) => data.consent_id === id)
  const told = messages.map(({ data }) => [data.status, data.status_reason])
  t.strictSame(told, [
    ['active', null],
    ['active', null],
    ['reauthorization_required', 'refused_by_bank'],
    ['active', null],
    ['expired', null],
    ['revoked', null],
  ])
  const events = (await eventsOf(broker, id)).filter(({ type }) =>
    messages.some((told) => told.type === type),
  )
  t.strictSame(
    messages.map(({ data, type, timestamp }) => [data.event_id, type, timestamp]),
    events.map(({ id, type, occurred_at }) => [id, type, occurred_at]),
    'an event of the history each',
  )
  t.equal(new Set(messages.map(({ id }) => id)).size, messages.length)
  for (const { text } of messages) t.notMatch(text, new RegExp(`${personal}|of-a-customer|ABNA\\d|ABNA\\*`))
})

t.test('what a message holds', async (t) => {
  const { id, grant } = await importActive(broker, bank)
  await untilTypes(id, ['consent.activated'])
  const { headers, type, timestamp, data } = receiver.received.find(({ data }) => data.consent_id === id)!
  const [{ id: eventId, occurred_at: at }] = (await eventsOf(broker, id)).filter(
    (event) => event.type === type,
  )
  t.strictSame(data, {
    consent_id: id,
    bank: 'abnamro',
    owner: 'ledger',
    status: 'active',
    status_reason: null,
    expires_at: new Date(grant.consent_ends_at).toISOString(),
    event_id: eventId,
  })
  t.equal(timestamp, at)
  t.match(headers, { 'content-type': 'application/json', 'webhook-id': /^msg_[0-9a-f-]{36}$/ })
  t.ok(Math.abs(Number(headers['webhook-timestamp']) * 1000 - Date.now()) < 60_000)
})

t.test('a lost rotation whose answer comes after all: recovered', async () => {
  const { id, grant } = await importActive(broker, bank)
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  const fault = bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
  await makeDue(id)
  await waitFor('the call', () => fault.struck === 1)
  await sql(
    `update consent_tokens set presentations = 2, uncertain_at = now(), access_expires_at = now() - interval '1 h',
      lease_until = now() - interval '1 h' where consent_id = $1`,
    [id],
  )
  await untilTypes(id, ['consent.activated', 'consent.reauthorization_required'])
  gate.open()
  await untilTypes(id, ['consent.activated', 'consent.reauthorization_required', 'consent.recovered'])
})

t.test(
  'an import that was given up, and whose answer comes after all, was never told of: activated',
  async (t) => {
    const gate = createGate()
    const action = { kind: 'wait', until: gate.opened } as const
    const grant = bank.startGrant({ consentValidityMs: 80 * 86_400_000 })
    bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
    const { id } = await importGrant(broker, grant)
    await waitFor('the claim', async () => {
      const lost = await sql(
        `update consent_tokens set presentations = 2, uncertain_at = now(), lease_until = now() - interval '1 h'
       where consent_id = $1 and attempt_id is not null returning 1`,
        [id],
      )
      return lost.length > 0
    })
    await untilStatus(broker, id, 'failed')
    gate.open()
    await untilTypes(id, ['consent.activated'])
    t.match((await eventsOf(broker, id)).at(-1), { type: 'consent.recovered' })
  },
)

t.test('a rescue: told when its account has proved to be the one', async (t) => {
  const id = await activate(broker)
  const grant = bank.startGrant({ consentValidityMs: 80 * 86_400_000, iban: ACCOUNTS[0] })
  const body = importBody(grant, { consent_id: id })
  t.match(await call(broker, 'POST /v1/consents/import', { as: 'ops', body }), { status: 201 })
  await untilTypes(id, ['consent.activated', 'consent.activated'])
})

t.test('a rescue of a living consent that fails: told, for it was told to live', async (t) => {
  const { id } = await importActive(broker, bank)
  await untilTypes(id, ['consent.activated'])
  const refused = { ...bank.startGrant({ consentValidityMs: 80 * 86_400_000 }), refresh_token: 'never-given' }
  const body = importBody(refused, { consent_id: id })
  t.match(await call(broker, 'POST /v1/consents/import', { as: 'ops', body }), { status: 201 })
  await untilTypes(id, ['consent.activated', 'consent.reauthorization_required'])
  const { data } = receiver.received.findLast(({ data }) => data.consent_id === id)!
  t.match(data, { status: 'failed', status_reason: 'refused_by_bank' })
  t.match((await eventsOf(broker, id)).at(-1), { id: data.event_id, type: 'consent.failed' })
})

t.test('nothing is told of a consent that was never given, but that it was revoked', async () => {
  const { id } = await start(broker)
  await call(broker, `DELETE /v1/consents/${id}`)
  await call(broker, `DELETE /v1/consents/${id}`)
  await untilTypes(id, ['consent.revoked'])
  const grant = { ...bank.startGrant({ consentValidityMs: 80 * 86_400_000 }), refresh_token: 'never-was' }
  const moved = await importGrant(broker, grant)
  await untilStatus(broker, moved.id, 'failed')
  await call(broker, `DELETE /v1/consents/${moved.id}`)
  await untilTypes(moved.id, ['consent.revoked'])
})
