import type { ConsentStore, NewAuthorization, StartInput } from '../core/consent-store.ts'
import { confirm, revoke, touch } from './consent-changes.ts'
import type { Database } from './database.ts'
import { readEndings } from './endings.ts'
import { personalOf, writeEvent, writeEventOnce } from './events.ts'
import { recordHandOuts } from './hand-outs.ts'
import { hold, resume } from './hold.ts'
import { replayOrClaimKey, storeAnswer } from './idempotency.ts'
import { importChain } from './import-chain.ts'
import { insertAuthorization, insertConsent } from './insert.ts'
import { listConsents } from './list.ts'
import { listEvents } from './list-events.ts'
import { recordAccount, unverified } from './record-account.ts'
import { findRecord } from './records.ts'
import { count, readStanding } from './summary.ts'

/** Keeps consents and their history in Postgres. */
export function createConsentStore(db: Database): ConsentStore {
  return {
    start: (input) => start(db, input),
    startRenewal: (authorization, actor) => startRenewal(db, authorization, actor),
    importChain: (input) => importChain(db, input),
    find: (consentId) => findRecord(db, consentId),
    list: (filter, page) => listConsents(db, filter, page),
    events: (consentId, page) => listEvents(db, consentId, page),
    confirm: (input) => confirm(db, input),
    revoke: (consentId, actor, now) => revoke(db, { consentId, actor, now }),
    recordAccount: (input) => recordAccount(db, input),
    note: (event) => writeEventOnce(db, event),
    unverified: (limit) => unverified(db, limit),
    touch: (consentIds, at) => touch(db, consentIds, at),
    recordHandOuts: (counts, options) => recordHandOuts(db, counts, options),
    count: (now) => count(db, now),
    standing: () => readStanding(db),
    endings: (now) => readEndings(db, now),
    hold: (bank, input) => hold(db, bank, input),
    resume: (bank, actor) => resume(db, bank, actor),
  }
}

async function start(db: Database, { consent, authorization, idempotency }: StartInput) {
  return db.transaction().execute(async (tx) => {
    const earlier = idempotency === null ? null : await replayOrClaimKey(tx, idempotency)
    if (earlier !== null) return earlier
    await insertConsent(tx, consent)
    await insertAuthorization(tx, authorization)
    await writeEvent(tx, {
      consentId: consent.id,
      type: 'consent.started',
      actor: consent.owner,
      detail: { scopes: consent.requestedScopes },
      personal: personalOf(consent),
      now: consent.createdAt,
    })
    if (idempotency !== null) await storeAnswer(tx, idempotency, consent)
    return { kind: 'started' as const }
  })
}

async function startRenewal(db: Database, authorization: NewAuthorization, actor: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const consent = await tx
      .selectFrom('consents')
      .select(['status', 'erased_at'])
      .where('id', '=', authorization.consentId)
      .forShare()
      .executeTakeFirst()
    if (consent === undefined || consent.status === 'revoked' || consent.erased_at !== null) return false
    await insertAuthorization(tx, authorization)
    await writeEvent(tx, {
      consentId: authorization.consentId,
      type: 'renewal.started',
      actor,
      now: authorization.createdAt,
    })
    return true
  })
}
