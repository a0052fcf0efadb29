import { sql } from 'kysely'
import type { Account, ConsentStore, UnverifiedPair } from '../core/consent-store.ts'
import type { Database, Tx } from './database.ts'
import { notifyChange, writeEvent, writeEventOnce } from './events.ts'
import { isInUse } from './exchanges.ts'
import { type LockedConsent, lockLiving } from './lock-consent.ts'
import { isChanged, noteNarrowed } from './note-narrowed.ts'

type Input = Parameters<ConsentStore['recordAccount']>[0]
type Recorded = Awaited<ReturnType<ConsentStore['recordAccount']>>

/**
 * Records what Consent Info told of a chain in use, unless a newer one has told its own account meanwhile. A
 * rescued consent becomes active here, once its new chain proves to be for the account it always had.
 */
export async function recordAccount(db: Database, input: Input): Promise<Recorded> {
  return db.transaction().execute(async (tx) => {
    const consent = await lockLiving(tx, input.consentId)
    if (consent === undefined) return 'superseded'
    if (await isSuperseded(tx, consent, input)) return 'superseded'
    const { iban_hash: known, status } = consent
    const isOther = known !== null && input.account !== null && !input.account.knownAs.includes(known)
    if (isOther) return refuseChain(tx, input, status === 'pending')
    await writeAccount(tx, consent, input)
    // The chain before a rescue tells which account the rescue must be for, and no more.
    const isRescue = status === 'pending' && (await isInUse(tx, input))
    if (isRescue && input.account === null) return 'unverified'
    if (isRescue) await activate(tx, input)
    return 'recorded'
  })
}

/** A renewal that came to nothing has taken a number too: what counts is the chain in use. */
async function isSuperseded(tx: Tx, consent: LockedConsent, { consentId, chain }: Input): Promise<boolean> {
  if (consent.iban_hash === null || consent.chain === chain) return false
  return !(await isInUse(tx, { consentId, chain }))
}

async function writeAccount(tx: Tx, former: LockedConsent, input: Input): Promise<void> {
  const { consentId, account, scopes, transactionId, now } = input
  if (account !== null || scopes !== null) await writeColumns(tx, input)
  if (scopes !== null) {
    await noteNarrowed(tx, former, { consentId, scopes, now })
    // What is handed out names them.
    if (isChanged(former, scopes)) await notifyChange(tx, consentId)
  }
  if (transactionId === null || transactionId === former.transaction_id) return
  await writeEventOnce(tx, { consentId, type: 'consent.transaction_mismatch', actor: 'bank', now })
}

async function writeColumns(tx: Tx, { consentId, account, scopes }: Input): Promise<void> {
  await tx
    .updateTable('consents')
    .set({
      ...(account === null ? {} : accountColumns(account)),
      ...(scopes === null ? {} : { scopes: [...scopes] }),
    })
    .where('id', '=', consentId)
    .execute()
}

async function activate(tx: Tx, { consentId, chain, account, now }: Input): Promise<void> {
  await tx.updateTable('consents').set({ status: 'active' }).where('id', '=', consentId).execute()
  const personal = account === null ? null : { account: account.ibanMasked }
  await writeEvent(tx, {
    consentId,
    type: 'consent.activated',
    actor: 'bank',
    detail: { chain },
    personal,
    now,
  })
  await notifyChange(tx, consentId)
}

/** One consent is one account: the tokens of another's must never be handed out under it. */
async function refuseChain(tx: Tx, { consentId, chain, now }: Input, isPending: boolean): Promise<Recorded> {
  const reason = 'account_mismatch'
  if (!isPending) {
    const event = { consentId, type: 'consent.account_mismatch', actor: 'bank', detail: { chain }, now }
    await writeEventOnce(tx, event)
    return reason
  }
  await sql`delete from consent_tokens where consent_id = ${consentId}`.execute(tx)
  await tx
    .updateTable('consents')
    .set({ status: 'failed', status_reason: reason, ended_at: now })
    .where('id', '=', consentId)
    .execute()
  await writeEvent(tx, { consentId, type: 'consent.failed', actor: 'bank', detail: { reason }, now })
  await notifyChange(tx, consentId)
  return reason
}

/** The columns that hold an account: sealed, masked, and findable. */
export function accountColumns(account: Account) {
  return {
    iban_sealed: account.ibanSealed,
    iban_masked: account.ibanMasked,
    iban_hash: account.search.hash,
    iban_hash_kid: account.search.kid,
  }
}

/** Lists rescued chains in use whose account nobody has been told yet. */
export async function unverified(db: Database, limit: number): Promise<UnverifiedPair[]> {
  const { rows } = await sql<UnverifiedPair>`
    select t.consent_id as "consentId", t.chain, t.version, t.access_token as "accessToken"
    from consents c join consent_tokens t on t.consent_id = c.id
    where c.status = 'pending' and c.iban_hash is not null and t.access_token is not null
      and t.access_expires_at > now()
    limit ${limit}`.execute(db)
  return rows
}
