import type { AuthorizationStore, CallbackInput, ExchangeTicket } from '../core/authorization-store.ts'
import type { Database, Tx } from './database.ts'
import { endPending } from './end-pending.ts'
import { writeEvent } from './events.ts'
import { lockConsent, lockLiving } from './lock-consent.ts'

/**
 * Spends `state`, begins the consent's next chain and records the exchange, all or nothing. Done before by the
 * same callback, whose commit was not acknowledged, it is found by the digest of its result code.
 */
export async function acceptCallback(db: Database, input: CallbackInput): Promise<ExchangeTicket | null> {
  const { consentId, authorizationId, now } = input
  return db.transaction().execute(async (tx) => {
    const consent = await lockLiving(tx, consentId)
    if (consent === undefined) return null
    const chain = consent.chain + 1
    const kind = await conclude(tx, input, { status: 'exchanging', exchange_started_at: now, chain })
    if (kind === null) return findOwn(tx, input)
    await tx.updateTable('consents').set({ chain }).where('id', '=', consentId).execute()
    const detail = { chain }
    await writeEvent(tx, { consentId, type: 'authorization.received', actor: 'customer', detail, now })
    return { authorizationId, consentId, kind, chain }
  })
}

async function findOwn(
  tx: Tx,
  { consentId, authorizationId, resultCode }: CallbackInput,
): Promise<ExchangeTicket | null> {
  const own = await tx
    .selectFrom('authorizations')
    .select(['kind', 'chain'])
    .where('id', '=', authorizationId)
    .where('status', '=', 'exchanging')
    .where('result_code_digest', '=', resultCode.digest)
    .executeTakeFirst()
  if (own === undefined || own.chain === null) return null
  return { authorizationId, consentId, kind: own.kind, chain: own.chain }
}

type RejectInput = Parameters<AuthorizationStore['reject']>[0]

/** Spends `state` and ends the authorization as the customer did; a first one ends its consent with it. */
export async function reject(db: Database, input: RejectInput): Promise<boolean> {
  const { consentId, reason, now } = input
  return db.transaction().execute(async (tx) => {
    await lockConsent(tx, consentId)
    const kind = await conclude(tx, input, { status: 'rejected', outcome: reason })
    if (kind === null) return false
    if (kind === 'first') await endPending(tx, { consentId, status: 'rejected', reason, now })
    const type = kind === 'first' ? 'consent.rejected' : 'renewal.rejected'
    await writeEvent(tx, { consentId, type, actor: 'customer', detail: { reason }, now })
    return true
  })
}

interface Conclusion {
  readonly status: 'exchanging' | 'rejected'
  readonly outcome?: string
  readonly exchange_started_at?: Date
  readonly chain?: number
}

/** One attempt concludes an open authorization, once: of two tabs the first to come back. */
async function conclude(tx: Tx, input: CallbackInput, conclusion: Conclusion) {
  const { authorizationId, stateDigest, resultCode } = input
  const concluded = await tx
    .updateTable('authorizations')
    .set({
      ...conclusion,
      concluded_by: stateDigest,
      result_code: resultCode.sealed,
      result_code_digest: resultCode.digest,
    })
    .where('id', '=', authorizationId)
    .where('status', '=', 'open')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('authorization_attempts')
          .select('state_digest')
          .where('state_digest', '=', stateDigest)
          .where('consumed_at', 'is', null),
      ),
    )
    .returning('kind')
    .executeTakeFirst()
  if (concluded === undefined) return null
  await spendState(tx, input)
  return concluded.kind
}

async function spendState(tx: Tx, { stateDigest, now }: CallbackInput): Promise<void> {
  await tx
    .updateTable('authorization_attempts')
    .set({ consumed_at: now })
    .where('state_digest', '=', stateDigest)
    .execute()
}
