import { sql } from 'kysely'
import type { Housekeeping, HousekeepingResult } from '../core/token-store.ts'
import type { Database } from './database.ts'
import { abandonOpen, loseExchanges } from './end-authorizations.ts'
import { CHANGE_CHANNEL } from './events.ts'
import { intervalMs } from './rows.ts'

type Input = Parameters<Housekeeping['run']>[0]

/** Brings about what time alone decides, in bounded steps that replicas share without waiting for each other. */
export function createHousekeeping(db: Database): Housekeeping {
  return {
    run: async (input): Promise<HousekeepingResult> => {
      const abandoned = await abandonOpen(db, input)
      const exchangesLost = await loseExchanges(db, input)
      const expired = await expire(db, input)
      const rotationsLost = await loseRotations(db, input)
      await forgetIdempotencyKeys(db, input)
      return { abandoned, expired, exchangesLost, rotationsLost }
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
      update consent_tokens t set due_at = null from ended e where t.consent_id = e.id
    ), told as (
      insert into consent_events (consent_id, type, actor, occurred_at)
      select id, 'consent.expired', 'clock', ${now} from ended
    )
    select id, pg_notify(${CHANGE_CHANNEL}, id::text) from ended`.execute(db)
  return rows.length
}

/**
 * A token that may be spent, and whose answer can't come any more: parked until its access token ended, or
 * its claim's lease and `SALVAGE_WAIT` ran out as well (DESIGN 4.3). No lock is waited for: what is held by
 * another is left for the next look.
 */
async function loseRotations(db: Database, { salvageWaitMs, limit }: Input): Promise<number> {
  const { rows } = await sql`
    with over as materialized (
      select consent_id from consent_tokens
      where due_at <= now() and presentations > 0 and access_expires_at <= now()
        and (attempt_id is null or lease_until + ${intervalMs(salvageWaitMs)} <= now())
      order by due_at limit ${limit} for no key update skip locked
    ), free as materialized (
      select id from consents where id = any(array(select consent_id from over)) for no key update skip locked
    ), lost as (
      update consent_tokens t
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = null,
        last_error = coalesce(t.last_error, 'claim_lost')
      from free f where t.consent_id = f.id
      returning t.consent_id, t.last_error, t.presentations
    ), changed as (
      update consents c set
        status = case when c.status = 'pending' then 'failed' else 'reauthorization_required' end,
        status_reason = 'rotation_lost', ended_at = case when c.status = 'pending' then now() end
      from lost l where c.id = l.consent_id and c.status in ('active', 'pending')
      returning c.id, c.status, l.last_error, l.presentations
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.' || status, 'broker', jsonb_build_object('reason', 'rotation_lost', 'error', last_error,
        'presentations', presentations), now() from changed
    )
    select id, pg_notify(${CHANGE_CHANNEL}, id::text) from changed`.execute(db)
  return rows.length
}

async function forgetIdempotencyKeys(db: Database, { now, limit }: Input): Promise<void> {
  const before = new Date(now.getTime() - 24 * 3_600_000)
  await sql`
    delete from idempotency_keys where ctid in
      (select ctid from idempotency_keys where created_at <= ${before} limit ${limit})`.execute(db)
}
