import { randomUUID } from 'node:crypto'
import type t from 'tap'
import { systemClock } from '../../src/clock.ts'
import type { NewPair } from '../../src/core/consent-store.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Claim } from '../../src/core/token-store.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { createStore, type Database, openDatabase, type Store } from '../../src/store/index.ts'
import { asServicesReach, createTestDatabase } from '../support/postgres.ts'
import { connectSession, connectSql, type Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

export const BANK = 'test-bank'
const LEASE_MS = 60_000
/** What every claim depends on. */
export const TERMS = { bank: BANK, leaseMs: LEASE_MS, replay: 'prompt' } as const

export interface StoreRig {
  readonly url: string
  readonly db: Database
  readonly store: Store
  readonly sql: Sql
  /** One session of another, for a transaction that lasts. */
  readonly other: Sql
  /** An active consent whose pair (1, 1) is due. */
  insertConsent(): Promise<string>
  /** Claims a consent's pair (1, 1). */
  claim(consentId: string): Promise<Claim>
}

type Test = Pick<typeof t, 'teardown'>

/** The store on a database of its own, without a broker. */
export async function createStoreRig(t: Test): Promise<StoreRig> {
  const { url } = await createTestDatabase(t)
  const db = openTestDatabase(t, await asServicesReach(url))
  const store = createStore(db, systemClock)
  t.teardown(() => store.stop())
  const sql = connectSql(t, url)
  return {
    url,
    db,
    store,
    sql,
    other: connectSession(t, url),
    insertConsent: () => insertConsent(sql),
    claim: (consentId) => claim(store, consentId),
  }
}

async function claim(store: Store, consentId: string): Promise<Claim> {
  const pair = { consentId, chain: 1, version: 1 }
  const taken = await store.tokens.claim({ pair, ...TERMS, rejectionEveryMs: null })
  if (taken === null) throw new Error('the pair could not be claimed')
  return taken
}

export function openTestDatabase(t: Test, url: string): Database {
  const db = openDatabase({ url: new Secret(url), maxConnections: 4, onError: () => {} })
  t.teardown(() => db.destroy())
  return db
}

async function insertConsent(sql: Sql): Promise<string> {
  const id = randomUUID()
  await sql(
    `insert into consents (id, bank, status, requested_scopes, owner, chain, created_at, expires_at)
     values ($1, $2, 'active', '{}', 'ledger', 1, now(), now() + interval '9 days')`,
    [id, BANK],
  )
  await sql(
    `insert into consent_tokens (consent_id, chain, version, access_token, refresh_token, obtained_at,
       access_expires_at, due_at)
     values ($1, 1, 1, 'access', 'refresh', now(), now() + interval '1 h', now() - interval '1 s')`,
    [id],
  )
  return id
}

/** Waits until a statement waits for a lock. */
export function untilBlocked(sql: Sql): Promise<unknown> {
  return waitFor('a statement to wait for a lock', async () => {
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return (await sql(waiting)).length > 0
  })
}

/** A pair as the core would hand it over, due in an hour. */
export function newPair(name = 'new'): NewPair {
  const now = Date.now()
  return {
    accessToken: `${name} access` as Sealed,
    refreshToken: `${name} refresh` as Sealed,
    tokenType: 'Bearer',
    scope: null,
    obtainedAt: new Date(now),
    accessExpiresAt: new Date(now + 7_200_000),
    dueAt: new Date(now + 3_600_000),
  }
}
