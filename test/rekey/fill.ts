import { call } from '../support/api.ts'
import type { TestBroker, World } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { importBody } from '../support/consents.ts'
import { waitFor } from '../support/wait-for.ts'

const SCOPES = ['psd2:account:balance:read']
const LONG_TTL_SECONDS = 3600
const SHORT_TTL_SECONDS = 3
export const RETURN_URL = 'http://127.0.0.1:9/done'
export const STARTED = { scopes: SCOPES, return_url: RETURN_URL }
export const IDEMPOTENCY = { 'idempotency-key': 'start-once' }

/** Consents in every state that keeps something sealed. */
export interface Filled {
  /** Imported, with long-lived tokens that nothing rotates meanwhile. */
  readonly resting: readonly string[]
  /** Walked, with tokens that rotate every few seconds. */
  readonly rotating: readonly string[]
  /** Its callback was opened; opening it again shows the result code. */
  readonly finished: { readonly id: string; readonly reload: () => Promise<string | null> }
  /** Back from the bank, the callback not opened yet. */
  readonly pending: { readonly id: string; readonly finish: () => Promise<unknown> }
  /** Renewed, with its account not learned yet. */
  readonly staged: string
  /** Its last rotation's answer could not be read. */
  readonly unreadable: string
}

/** Fills the database through a broker, as callers, customers and a bank in trouble do. */
export async function fill(world: World, broker: TestBroker, restingCount: number): Promise<Filled> {
  world.bank.settings.accessTokenTtlSeconds = LONG_TTL_SECONDS
  const resting = await Promise.all(Array.from({ length: restingCount }, () => importChain(world, broker)))
  await waitFor('all imports rotated once', async () => {
    const found = await Promise.all(resting.map((id) => call(broker, `GET /v1/consents/${id}`)))
    return found.every(({ body }) => body.status === 'active')
  })
  const unreadable = await makeUnreadable(world, broker)
  const pending = await makePending(broker)
  world.bank.settings.accessTokenTtlSeconds = SHORT_TTL_SECONDS
  const finished = await makeFinished(broker)
  const other = await walk(broker)
  world.bank.settings.accessTokenTtlSeconds = LONG_TTL_SECONDS
  const staged = await makeStaged(world, broker)
  world.bank.settings.accessTokenTtlSeconds = SHORT_TTL_SECONDS
  return { resting, rotating: [finished.id, other], finished, pending, staged, unreadable }
}

async function importChain({ bank }: World, broker: TestBroker): Promise<string> {
  const body = importBody(bank.startGrant({ scopes: SCOPES }), { owner: 'ledger' })
  return (await call(broker, 'POST /v1/consents/import', { as: 'ops', body })).body.id
}

async function walk(broker: TestBroker): Promise<string> {
  const { body } = await call(broker, 'POST /v1/consents', { body: STARTED })
  await createBrowser().consent(body.authorization_url)
  return body.consent.id
}

async function makeFinished(broker: TestBroker): Promise<Filled['finished']> {
  const { body } = await call(broker, 'POST /v1/consents', { body: STARTED, headers: IDEMPOTENCY })
  const browser = createBrowser()
  const callback = await browser.walk(body.authorization_url)
  await browser.open(callback)
  await waitFor('its account', async () => {
    const consent = await call(broker, `GET /v1/consents/${body.consent.id}`)
    return consent.body.account
  })
  return { id: body.consent.id, reload: async () => (await browser.open(callback)).location }
}

async function makePending(broker: TestBroker): Promise<Filled['pending']> {
  const { body } = await call(broker, 'POST /v1/consents', { body: STARTED })
  const browser = createBrowser()
  const callback = await browser.walk(body.authorization_url)
  return { id: body.consent.id, finish: () => browser.open(callback) }
}

async function makeStaged({ bank }: World, broker: TestBroker): Promise<string> {
  const id = await walk(broker)
  bank.faults.add({ endpoint: 'consentinfo', times: null, action: { kind: 'status', status: 500 } })
  const { body } = await call(broker, `POST /v1/consents/${id}/authorizations`, { body: {} })
  await createBrowser().consent(body.authorization_url)
  return id
}

async function makeUnreadable({ bank }: World, broker: TestBroker): Promise<string> {
  const id = await walk(broker)
  const { body } = await call(broker, `POST /v1/consents/${id}/token`, { body: {} })
  bank.faults.add({
    endpoint: 'token',
    grantType: 'refresh_token',
    when: 'after',
    action: { kind: 'body', body: 'no JSON' },
  })
  await call(broker, `POST /v1/consents/${id}/token`, { body: { rejected_token: body.access_token } })
  return id
}
