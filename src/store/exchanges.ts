import type { ExchangedPair, ExchangeTicket, SaveResult } from '../core/authorization-store.ts'
import type { NewPair } from '../core/consent-store.ts'
import type { Database, Tx } from './database.ts'
import { notifyChange, writeEvent } from './events.ts'

/** Saves a first authorization's pair: the consent is active from here. A late answer still wins over `exchange_lost`. */
export async function saveFirst(db: Database, exchanged: ExchangedPair): Promise<SaveResult> {
  const { exchange, pair, authorizedAt, consentExpiresAt } = exchanged
  return db.transaction().execute(async (tx) => {
    const activated = await tx
      .updateTable('consents')
      .set({
        status: 'active',
        status_reason: null,
        ended_at: null,
        authorized_at: authorizedAt,
        expires_at: consentExpiresAt,
        ...(pair.scope === null ? {} : { scopes: pair.scope.split(' ').filter((scope) => scope !== '') }),
      })
      .where('id', '=', exchange.consentId)
      .where('status', '<>', 'revoked')
      .executeTakeFirst()
    if (activated.numUpdatedRows === 0n) return 'gone'
    await replacePair(tx, exchange, pair)
    await complete(tx, exchange)
    await writeEvent(tx, {
      consentId: exchange.consentId,
      type: 'consent.activated',
      actor: 'bank',
      detail: { chain: exchange.chain },
      now: authorizedAt,
    })
    await notifyChange(tx, exchange.consentId)
    return 'saved'
  })
}

/** Puts a new chain's first pair in place; only a newer chain replaces, whatever the old one did meanwhile. */
export async function replacePair(tx: Tx, exchange: ExchangeTicket, pair: NewPair): Promise<boolean> {
  const columns = {
    chain: exchange.chain,
    version: 1,
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: pair.tokenType,
    scope: pair.scope,
    obtained_at: pair.obtainedAt,
    access_expires_at: pair.accessExpiresAt,
    due_at: pair.dueAt,
    presentations: 0,
    attempt_id: null,
    attempt_started_at: null,
    lease_until: null,
    retry_at: null,
    settled_attempt_id: null,
    settled_presentation: 0,
    last_success_at: pair.obtainedAt,
    consecutive_failures: 0,
    last_error: null,
    rejection_checked_at: null,
    unreadable_answer: null,
  }
  const written = await tx
    .insertInto('consent_tokens')
    .values({ consent_id: exchange.consentId, ...columns })
    .onConflict((conflict) =>
      conflict.column('consent_id').doUpdateSet(columns).where('consent_tokens.chain', '<', exchange.chain),
    )
    .executeTakeFirst()
  return (written.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Ends the authorization well. */
export async function complete(tx: Tx, exchange: ExchangeTicket): Promise<void> {
  await tx
    .updateTable('authorizations')
    .set({ status: 'completed', outcome: null })
    .where('id', '=', exchange.authorizationId)
    .execute()
}

interface Ending {
  readonly reason: string
  readonly now: Date
}

/** Opens the link again: the bank refused us, or was never reached. */
export async function reopen(db: Database, exchange: ExchangeTicket, { reason, now }: Ending): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('authorizations')
      .set({ status: 'open', exchange_started_at: null, outcome: reason })
      .where('id', '=', exchange.authorizationId)
      .where('status', '=', 'exchanging')
      .execute()
    await writeEvent(tx, {
      consentId: exchange.consentId,
      type: 'authorization.failed',
      actor: 'broker',
      detail: { error: reason },
      now,
    })
  })
}

/** Ends the authorization without tokens; a first one ends its consent with it. */
export async function fail(
  db: Database,
  exchange: ExchangeTicket,
  ending: { reason: 'exchange_lost' | 'exchange_refused'; now: Date },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
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
  { reason, now }: { reason: 'exchange_lost' | 'exchange_refused'; now: Date },
): Promise<void> {
  const { consentId, kind } = exchange
  if (kind === 'first') {
    await tx
      .updateTable('consents')
      .set({ status: 'failed', status_reason: reason, ended_at: now })
      .where('id', '=', consentId)
      .where('status', '=', 'pending')
      .execute()
    await notifyChange(tx, consentId)
  }
  const type = kind === 'first' ? 'consent.failed' : 'renewal.failed'
  await writeEvent(tx, { consentId, type, actor: 'broker', detail: { reason }, now })
}
