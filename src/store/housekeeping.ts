import { sql } from 'kysely'
import type { Housekeeping, HousekeepingResult } from '../core/token-store.ts'
import type { Database } from './database.ts'
import { abandonOpen, loseExchanges } from './end-authorizations.ts'
import { eraseEnded } from './erase.ts'
import { CHANGE_CHANNEL } from './events.ts'
import type { Registration } from './keys.ts'
import { loseClaims, loseRotations } from './lose-rotations.ts'
import { takeBackVerdicts } from './refusal-brake.ts'
import { tellExpiring } from './tell-expiring.ts'

type Input = Parameters<Housekeeping['run']>[0]

/** Brings about what time alone decides, in bounded steps that replicas share without waiting for each other. */
export function createHousekeeping(db: Database, registration: Pick<Registration, 'keep'>): Housekeeping {
  return {
    run: async (input): Promise<HousekeepingResult> => {
      // First, and so in every round: a re-keying watches for it no longer than that takes.
      await registration.keep(input.now)
      const abandoned = await abandonOpen(db, input)
      const exchangesLost = await loseExchanges(db, input)
      const expired = await expire(db, input)
      const claimsLost = await loseClaims(db, input)
      const rotationsLost = await loseRotations(db, input)
      await takeBackVerdicts(db)
      const expiring = await tellExpiring(db, input)
      const erased = await eraseEnded(db, input)
      await forgetOldRows(db, input)
      return { abandoned, expired, exchangesLost, claimsLost, rotationsLost, expiring, erased }
    },
  }
}

/** Past its end a consent's tokens are worth nothing: the row stays for renewal, but is due no more. */
async function expire(db: Database, { now, limit }: Input): Promise<number> {
  const { rows } = await sql`
    with ended as (
      update consents set status = 'expired', status_reason = null, ended_at = expires_at
      where id in (select id from consents where status in ('pending', 'active', 'reauthorization_required')
        and expires_at <= ${now} order by expires_at limit ${limit} for no key update skip locked)
      returning id
    ), undue as (
      update consent_tokens t set due_at = null, uncertain_at = null from ended e where t.consent_id = e.id
    ), told as (
      insert into consent_events (consent_id, type, actor, occurred_at)
      select id, 'consent.expired', 'clock', ${now} from ended order by id
    )
    select id, pg_notify(${CHANGE_CHANNEL}, id::text) from ended`.execute(db)
  return rows.length
}

async function forgetOldRows(db: Database, { now, limit }: Input): Promise<void> {
  await sql`delete from bank_answers where minute < now() - interval '1 hour'`.execute(db)
  await sql`delete from bank_outcomes where quarter < now() - interval '25 hours'`.execute(db)
  const before = new Date(now.getTime() - 24 * 3_600_000)
  await sql`
    delete from idempotency_keys where ctid in
      (select ctid from idempotency_keys where created_at <= ${before} limit ${limit})`.execute(db)
}
