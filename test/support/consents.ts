import type { PracticeBank, StartedGrant } from '../../src/practice-bank/index.ts'
import { type Answer, call } from './api.ts'
import type { TestBroker } from './broker.ts'
import { waitFor } from './wait-for.ts'

export interface ImportedConsent {
  readonly id: string
  readonly grant: StartedGrant
}

type Called = Pick<TestBroker, 'internalUrl'>

/** An import's body for a chain that lives at the bank; `more` adds to it or replaces members. */
export function importBody(grant: StartedGrant, more: object = {}) {
  const { refresh_token, scope, consent_ends_at: expires_at } = grant
  return { refresh_token, scopes: scope.split(' '), expires_at, ...more }
}

/** Gives a chain that lives at the bank to the broker, as operations do; it is due at once. */
export async function importGrant(broker: Called, grant: StartedGrant): Promise<ImportedConsent> {
  const body = importBody(grant, { owner: 'ledger' })
  const { status, body: consent, text } = await call(broker, 'POST /v1/consents/import', { as: 'ops', body })
  if (status !== 201) throw new Error(`the import was answered ${status}: ${text}`)
  return { id: consent.id, grant }
}

/** Starts grants at the bank, some seconds short of the longest that may be imported, and imports each. */
export async function importConsents(
  broker: Called,
  bank: PracticeBank,
  count: number,
): Promise<ImportedConsent[]> {
  const grants = Array.from({ length: count }, () => bank.startGrant({ consentValidityMs: 80 * 86_400_000 }))
  const imported: ImportedConsent[] = []
  // As many at once as the broker has connections to its database, and some.
  while (imported.length < count) {
    const batch = grants.slice(imported.length, imported.length + AT_ONCE)
    imported.push(...(await Promise.all(batch.map((grant) => importGrant(broker, grant)))))
  }
  return imported
}

const AT_ONCE = 30

/** Imports one consent and waits for its first rotation. */
export async function importActive(broker: Called, bank: PracticeBank): Promise<ImportedConsent> {
  const [consent] = await importActives(broker, bank, 1)
  if (consent === undefined) throw new Error('nothing was imported')
  return consent
}

/** Imports consents and waits for the first rotation of each. */
export async function importActives(
  broker: Called,
  bank: PracticeBank,
  count: number,
): Promise<ImportedConsent[]> {
  const consents = await importConsents(broker, bank, count)
  await Promise.all(consents.map(({ id }) => untilStatus(broker, id, 'active')))
  return consents
}

/** Asks for a token as its owner. */
export function getToken(broker: Called, id: string, body: object = {}): Promise<Answer> {
  return call(broker, `POST /v1/consents/${id}/token`, { body })
}

/** Reads a consent as operations see it. */
export async function getConsent(broker: Called, id: string): Promise<Answer['body']> {
  return (await call(broker, `GET /v1/consents/${id}`, { as: 'ops' })).body
}

/** Waits until a consent has a status; gives it as it is then. */
export function untilStatus(broker: Called, id: string, status: string): Promise<Answer['body']> {
  return waitFor(`consent to be ${status}`, async () => {
    const consent = await getConsent(broker, id)
    return consent.status === status && consent
  })
}

/** Lists the types of a consent's events, oldest first. */
export async function eventsOf(broker: Called, id: string): Promise<Answer['body'][]> {
  const { body } = await call(broker, `GET /v1/consents/${id}/events`, { as: 'ops' })
  return body.items.toReversed()
}
