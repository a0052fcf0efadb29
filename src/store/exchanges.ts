import type {
  ExchangedPair,
  ExchangeTicket,
  FailedExchange,
  SaveResult,
} from '../core/authorization-store.ts'
import { beginChain, type ChainId, noLessThan } from './begin-chain.ts'
import type { Database, Tx } from './database.ts'
import { endPending } from './end-pending.ts'
import { notifyChange, writeEvent } from './events.ts'
import { type LockedConsent, lockConsent, lockLiving } from './lock-consent.ts'
import { noteNarrowed } from './note-narrowed.ts'

/**
 * Saves a first authorization's pair: the consent is active from here. A late answer still wins over
 * `exchange_lost`; one that was saved before changes nothing.
 */
export async function saveFirst(db: Database, exchanged: ExchangedPair): Promise<SaveResult> {
  const { exchange, pair } = exchanged
  return db.transaction().execute(async (tx) => {
    const consent = await lockLiving(tx, exchange.consentId)
    if (consent === undefined) return 'gone'
    // A newer chain was begun by an import, as a rescue; or by a renewal, where this pair was saved before.
    if (consent.chain > exchange.chain && !(await isInUse(tx, exchange))) return 'gone'
    if (await beginChain(tx, exchange, pair)) await activate(tx, consent, exchanged)
    await complete(tx, exchange)
    return 'saved'
  })
}

/** Whether a chain is the one in use. */
export async function isInUse(tx: Tx, { consentId, chain }: ChainId): Promise<boolean> {
  const found = await tx
    .selectFrom('consent_tokens')
    .select('chain')
    .where('consent_id', '=', consentId)
    .where('chain', '=', chain)
    .executeTakeFirst()
  return found !== undefined
}

async function activate(tx: Tx, former: LockedConsent, exchanged: ExchangedPair): Promise<void> {
  const { exchange, pair, authorizedAt, consentExpiresAt } = exchanged
  const { consentId, chain } = exchange
  await tx
    .updateTable('consents')
    .set({
      status: 'active',
      chain: noLessThan(chain),
      status_reason: null,
      ended_at: null,
      authorized_at: authorizedAt,
      expires_at: consentExpiresAt,
      ...scopesColumn(pair.scope),
    })
    .where('id', '=', consentId)
    .execute()
  const type = 'consent.activated'
  await writeEvent(tx, { consentId, type, actor: 'bank', detail: { chain }, now: authorizedAt })
  const { scopes } = scopesColumn(pair.scope)
  if (scopes !== undefined) await noteNarrowed(tx, former, { consentId, scopes, now: authorizedAt })
  await notifyChange(tx, consentId)
}

/** What was granted, where the bank's answer told it. */
export function scopesColumn(scope: string | null): { scopes?: string[] } {
  return scope === null ? {} : { scopes: scope.split(' ').filter((name) => name !== '') }
}

/** Ends the authorization well, whatever it was held for meanwhile. */
export async function complete(tx: Tx, exchange: ExchangeTicket): Promise<void> {
  await completion(tx, exchange).execute()
}

/** The same, unless it has ended otherwise. */
export async function completeRunning(tx: Tx, exchange: ExchangeTicket): Promise<void> {
  await completion(tx, exchange).where('status', '=', 'exchanging').execute()
}

function completion(tx: Tx, { authorizationId }: ExchangeTicket) {
  return tx
    .updateTable('authorizations')
    .set({ status: 'completed', outcome: null })
    .where('id', '=', authorizationId)
}

interface Ending {
  readonly reason: string
  readonly now: Date
}

/** Opens the link again: the bank refused us, or was never reached. */
export async function reopen(db: Database, exchange: ExchangeTicket, { reason, now }: Ending): Promise<void> {
  const { authorizationId, consentId } = exchange
  await db.transaction().execute(async (tx) => {
    const reopened = await tx
      .updateTable('authorizations')
      .set({ status: 'open', exchange_started_at: null, concluded_by: null, outcome: reason })
      .where('id', '=', authorizationId)
      .where('status', '=', 'exchanging')
      .executeTakeFirst()
    if (reopened.numUpdatedRows === 0n) return
    const detail = { error: reason }
    await writeEvent(tx, { consentId, type: 'authorization.failed', actor: 'broker', detail, now })
  })
}

/** Ends the authorization without tokens; a first one ends its consent with it. */
export async function fail(db: Database, exchange: ExchangeTicket, ending: FailedExchange): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockConsent(tx, exchange.consentId)
    const failed = await tx
      .updateTable('authorizations')
      .set({ status: 'failed', outcome: ending.reason })
      .where('id', '=', exchange.authorizationId)
      .where('status', '=', 'exchanging')
      .executeTakeFirst()
    if (failed.numUpdatedRows > 0n) await failConsent(tx, exchange, ending)
  })
}

async function failConsent(
  tx: Tx,
  exchange: ExchangeTicket,
  { reason, error, now }: FailedExchange,
): Promise<void> {
  const { consentId, kind } = exchange
  if (kind === 'first') await endPending(tx, { consentId, status: 'failed', reason, now })
  const type = kind === 'first' ? 'consent.failed' : 'renewal.failed'
  await writeEvent(tx, { consentId, type, actor: 'broker', detail: { reason, error }, now })
}
