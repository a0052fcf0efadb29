import pg from 'pg'
import type t from 'tap'
import { allowForgetting } from '../support/forget-history.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { BANK } from './bank-port.ts'
import { CONSENT_VALIDITY_MS } from './settings.ts'

type Test = Pick<typeof t, 'teardown'>

/** A schema before `pg_catalog` in the search path: where the store says `now()`, the model answers. */
const MODEL_TIME = `
  create schema model_time;
  create table model_time.clock as select pg_catalog.now() as at;
  create function model_time.now() returns timestamptz language sql stable as 'select at from model_time.clock';
  create function model_time.clock_timestamp() returns timestamptz language sql stable as 'select at from model_time.clock'`

/** A consent's tokens as they are stored. */
export interface Row {
  readonly consentId: string
  readonly status: string
  readonly reason: string | null
  /** The newest that was begun, and the one in use. */
  readonly chain: number
  readonly tokenChain: number | null
  readonly version: number | null
  readonly presentations: number
  readonly attemptId: string | null
  readonly dueAt: Date | null
  readonly accessEndsAt: Date | null
  readonly accessToken: string | null
  readonly refreshToken: string | null
  readonly staged: readonly string[] | null
  /** Of its bank. */
  readonly gateClosed: boolean
}

export interface ModelDatabase {
  readonly client: pg.Client
  /** Forgets all of the run before. */
  clear(): Promise<void>
  insert(consent: NewRow): Promise<void>
  read(): Promise<Row[]>
  /** The gate lets one call through, to try the bank. */
  tries(): Promise<boolean>
  /** This consent's refusal is not believed: the refusal brake (DESIGN 4.4). */
  doubts(consentId: string): Promise<boolean>
}

export interface NewRow {
  readonly id: string
  readonly nowMs: number
  readonly accessEndsAtMs: number
  readonly dueAtMs: number
  readonly accessToken: string
  readonly refreshToken: string
  readonly ibanHash: { readonly kid: string; readonly hash: string }
}

/** One connection for all replicas of a run: they take turns at it. */
export async function openModelDatabase(t: Test): Promise<ModelDatabase> {
  const { url } = await createTestDatabase(t)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  await client.query(MODEL_TIME)
  await allowForgetting((text) => client.query(text))
  await client.query('set search_path = model_time, pg_catalog, public')
  const tables = await client.query(
    `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
       and relname in ('consents', 'bank_gates', 'bank_answers', 'bank_events', 'bank_certificates')`,
  )
  const clear = tables.rows.map(({ relname }) => `delete from public.${relname}`).join(';')
  return {
    client,
    clear: async () => void (await client.query(clear)),
    insert: (consent) => insert(client, consent),
    read: async () => (await client.query(READ)).rows,
    tries: async () => (await client.query(TRIES)).rows.length > 0,
    doubts: async (consentId) => (await client.query(DOUBTS, [consentId])).rows.length > 0,
  }
}

const READ = `
  select c.id as "consentId", c.status, c.status_reason as reason, c.chain, t.chain as "tokenChain", t.version,
    coalesce(t.presentations, 0) as presentations, t.attempt_id as "attemptId", t.due_at as "dueAt",
    t.access_expires_at as "accessEndsAt", t.refresh_token as "refreshToken",
    t.access_token as "accessToken",
    (select array_agg(s.refresh_token) from staged_tokens s where s.consent_id = c.id) as staged,
    exists (select from bank_gates g where g.bank = c.bank and g.closed_at is not null) as "gateClosed"
  from consents c left join consent_tokens t on t.consent_id = c.id order by c.id`

const TRIES = `select from bank_gates where canary_until > now()`
const DOUBTS = `select from consent_tokens where consent_id = $1 and 'refusal_unconfirmed' = any(uncertain_reasons)`

async function insert(client: pg.Client, row: NewRow): Promise<void> {
  const at = (ms: number) => new Date(ms)
  const { id, nowMs, accessEndsAtMs, dueAtMs, accessToken, refreshToken, ibanHash } = row
  await client.query(
    `insert into consents (id, bank, status, requested_scopes, owner, chain, created_at, expires_at,
       bind_user_agent, iban_hash, iban_hash_kid)
     values ($1, $2, 'active', '{}', 'ledger', 1, $3, $4, false, $5, $6)`,
    [id, BANK, at(nowMs), at(nowMs + CONSENT_VALIDITY_MS), ibanHash.hash, ibanHash.kid],
  )
  await client.query(
    `insert into consent_tokens (consent_id, chain, version, access_token, refresh_token, obtained_at,
       access_expires_at, due_at) values ($1, 1, 1, $2, $3, $4, $5, $6)`,
    [id, accessToken, refreshToken, at(nowMs), at(accessEndsAtMs), at(dueAtMs)],
  )
}
