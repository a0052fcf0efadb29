import { readFile, writeFile } from 'node:fs/promises'
import pg from 'pg'
import type t from 'tap'
import type { WalkOptions } from '../../../src/practice-bank/index.ts'
import { type Answer, call } from '../../support/api.ts'
import type { CallerName, TestBroker, World } from '../../support/broker.ts'
import { createBrowser, type Page } from '../../support/browser.ts'
import { waitFor } from '../../support/wait-for.ts'

type Reached = Pick<TestBroker, 'internalUrl'>
type Test = Pick<typeof t, 'teardown'>

export const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']
/** Accounts of the practice customer who has two. */
export const IBANS = ['NL12ABNA9999876523', 'NL62ABNA9999841479'] as const
/** An id that no consent has. */
export const NO_ID = '00000000-0000-4000-8000-000000000000'

/** Starts a consent; raises unless that went well. */
export async function start(broker: Reached, body: object = {}, as: CallerName = 'ledger') {
  const {
    status,
    body: started,
    text,
  } = await call(broker, 'POST /v1/consents', {
    as,
    body: { scopes: SCOPES, ...body },
  })
  if (status !== 201) throw new Error(`not started: ${text}`)
  return { id: String(started.consent.id), url: String(started.authorization_url) }
}

/** Starts a consent and walks it as a customer; resolves its id and what the callback answered. */
export async function walk(
  broker: Reached,
  body: object = {},
  options: WalkOptions = {},
): Promise<{ id: string; page: Page }> {
  const { id, url } = await start(broker, body)
  return { id, page: await createBrowser().consent(url, options) }
}

/** A consent that is active, its account learned. */
export async function activate(
  broker: Reached,
  body: object = {},
  options: WalkOptions = {},
): Promise<string> {
  const { id } = await walk(broker, body, options)
  await waitFor('the account to be learned', async () => (await consentOf(broker, id)).account)
  return id
}

/** The consent as operations see it. */
export async function consentOf(broker: Reached, id: string) {
  return (await call(broker, `GET /v1/consents/${id}`, { as: 'ops' })).body
}

/** Asks for a token. */
export function tokenOf(broker: Reached, id: string, body: object = {}): Promise<Answer> {
  return call(broker, `POST /v1/consents/${id}/token`, { body })
}

/** An import's body for a live chain at the bank. */
export function chainFrom({ bank }: Pick<World, 'bank'>, options: { iban?: string } = {}) {
  const { refresh_token, scope, consent_ends_at, grant_id } = bank.startGrant(options)
  // A moment less than the bank's own end: the broker's limit counts from the import.
  const expires_at = new Date(Date.parse(consent_ends_at) - 60_000).toISOString()
  return { grantId: grant_id, body: { refresh_token, scopes: scope.split(' '), expires_at } }
}

/** A connection to look into the database. */
export async function connect(t: Test, url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  return client
}

const TABLES = [
  'consents',
  'consent_events',
  'consent_tokens',
  'authorizations',
  'bank_gates',
  'idempotency_keys',
]

/** One number for all that callers can change. */
export async function fingerprint(client: pg.Client): Promise<string> {
  // When a consent was last asked for is noted in the background, and tells nothing of what a call did.
  const row = `(to_jsonb(x) - 'last_asked_at')::text`
  const sums = TABLES.map((name) => `(select sum(hashtextextended(${row}, 0)) from ${name} x)`)
  const { rows } = await client.query(`select concat_ws(' ', ${sums.join(', ')}) as sum`)
  return rows[0].sum
}

/** Adds a caller to a broker's CALLERS_FILE, before it starts. */
export async function addCaller({ env }: Pick<World, 'env'>, entry: object): Promise<void> {
  const file = env.CALLERS_FILE ?? ''
  const callers: object[] = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify([...callers, entry]))
}
