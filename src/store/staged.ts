import { sql } from 'kysely'
import type {
  AdoptInput,
  ExchangedPair,
  ExchangeTicket,
  SaveResult,
  StagedPair,
} from '../core/authorization-store.ts'
import { beginChain, noLessThan } from './begin-chain.ts'
import type { Database, Tx } from './database.ts'
import { notifyChange, writeEvent } from './events.ts'
import { complete, completeRunning, isInUse, scopesColumn } from './exchanges.ts'
import { type LockedConsent, lockLiving } from './lock-consent.ts'
import { noteNarrowed } from './note-narrowed.ts'
import { accountColumns } from './record-account.ts'
import type { StagedRow } from './schema.ts'

/**
 * Saves a renewal's pair beside the one in use, which goes on working. One whose first save nobody acknowledged may
 * have been adopted since: it is not staged again.
 */
export async function stage(db: Database, exchanged: ExchangedPair): Promise<SaveResult> {
  const { exchange } = exchanged
  return db.transaction().execute(async (tx) => {
    const consent = await lockLiving(tx, exchange.consentId)
    if (consent === undefined) return 'gone'
    if (!(await isInUse(tx, exchange))) await insertStaged(tx, exchanged)
    return 'saved'
  })
}

async function insertStaged(tx: Tx, exchanged: ExchangedPair): Promise<void> {
  const { exchange, pair, consentExpiresAt, checkAfter } = exchanged
  await tx
    .insertInto('staged_tokens')
    .values({
      authorization_id: exchange.authorizationId,
      consent_id: exchange.consentId,
      chain: exchange.chain,
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      token_type: pair.tokenType,
      scope: pair.scope,
      obtained_at: pair.obtainedAt,
      access_expires_at: pair.accessExpiresAt,
      certificate: pair.certificate ?? null,
      consent_expires_at: consentExpiresAt,
      check_after: checkAfter,
    })
    .onConflict((conflict) => conflict.column('authorization_id').doUpdateSet({ check_after: checkAfter }))
    .execute()
}

const TAKE_LIMIT = 20

/** Takes staged pairs to check, one replica each. */
export async function takeStaged(db: Database, now: Date, nextCheckAt: Date): Promise<StagedPair[]> {
  const { rows } = await sql<StagedRow>`
    update staged_tokens set check_after = ${nextCheckAt}
    where authorization_id in (
      select authorization_id from staged_tokens where check_after <= ${now}
      order by check_after limit ${TAKE_LIMIT} for update skip locked)
    returning *`.execute(db)
  return rows.map((row) => ({
    authorizationId: row.authorization_id,
    consentId: row.consent_id,
    kind: 'renewal',
    chain: row.chain,
    accessToken: row.access_token,
    accessExpiresAt: row.access_expires_at,
    obtainedAt: row.obtained_at,
    consentExpiresAt: row.consent_expires_at,
  }))
}

type Adopted = 'adopted' | 'account_mismatch' | 'superseded' | 'gone'

/** Swaps the staged pair in, in one step, if its account is the consent's own. */
export async function adopt(db: Database, input: AdoptInput): Promise<Adopted> {
  return db.transaction().execute(async (tx) => {
    const consent = await lockLiving(tx, input.staged.consentId)
    if (consent === undefined) return 'gone'
    if (consent.iban_hash !== null && !input.account.knownAs.includes(consent.iban_hash))
      return 'account_mismatch'
    const staged = await tx
      .deleteFrom('staged_tokens')
      .where('authorization_id', '=', input.staged.authorizationId)
      .returningAll()
      .executeTakeFirst()
    if (staged === undefined) return 'gone'
    return swapIn(tx, consent, { input, row: staged })
  })
}

interface Renewal {
  readonly input: AdoptInput
  readonly row: StagedRow
}

async function swapIn(tx: Tx, former: LockedConsent, { input, row }: Renewal): Promise<Adopted> {
  const pair = {
    accessToken: row.access_token,
    refreshToken: row.refresh_token,
    tokenType: row.token_type,
    scope: row.scope,
    obtainedAt: row.obtained_at,
    accessExpiresAt: row.access_expires_at,
    dueAt: input.dueAt,
    certificate: row.certificate,
  }
  if (!(await beginChain(tx, input.staged, pair))) {
    // What a rescue ended stays so: its link and its result code count no more.
    await completeRunning(tx, input.staged)
    return 'superseded'
  }
  await complete(tx, input.staged)
  await renewConsent(tx, former, { input, row })
  return 'adopted'
}

async function renewConsent(tx: Tx, former: LockedConsent, { input, row }: Renewal): Promise<void> {
  const { staged, account, consentExpiresAt, now } = input
  // Nothing told is what was asked for (RFC 6749 section 5.1), not what the former chain was granted.
  const scopes = input.scopes ?? scopesColumn(row.scope).scopes ?? null
  await tx
    .updateTable('consents')
    .set({
      status: 'active',
      chain: noLessThan(staged.chain),
      status_reason: null,
      ended_at: null,
      authorized_at: row.obtained_at,
      expires_at: consentExpiresAt,
      ...accountColumns(account),
      scopes: scopes === null ? null : [...scopes],
    })
    .where('id', '=', staged.consentId)
    .execute()
  await writeEvent(tx, {
    consentId: staged.consentId,
    type: 'consent.renewed',
    actor: 'bank',
    detail: { chain: staged.chain },
    personal: { account: account.ibanMasked },
    now,
  })
  if (scopes !== null) await noteNarrowed(tx, former, { consentId: staged.consentId, scopes, now })
  await notifyChange(tx, staged.consentId)
}

/** Drops a renewal's pair: another account, or none to be learned. The consent is as it was. */
export async function refuseStaged(
  db: Database,
  staged: ExchangeTicket,
  { reason, now }: { reason: string; now: Date },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const dropped = await tx
      .deleteFrom('staged_tokens')
      .where('authorization_id', '=', staged.authorizationId)
      .executeTakeFirst()
    // Another replica may have adopted or refused it meanwhile.
    if (dropped.numDeletedRows === 0n) return
    await tx
      .updateTable('authorizations')
      .set({ status: 'failed', outcome: reason })
      .where('id', '=', staged.authorizationId)
      .execute()
    await writeEvent(tx, {
      consentId: staged.consentId,
      type: 'renewal.refused',
      actor: 'broker',
      detail: { reason },
      now,
    })
  })
}
