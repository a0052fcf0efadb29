import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'

const REFUSALS = 5
const SHARE = 0.02
const WINDOW = sql`interval '10 minutes'`

interface Refused {
  readonly bank: string
  readonly clean: boolean
}

/**
 * Counts a refusal and tells whether it is to be believed (DESIGN 4.4): many at once, of tokens that nothing was
 * wrong with, are a restored backup, a wrong environment or a mishap of the bank, not customers who withdraw.
 */
export async function brake(tx: Tx, { bank, clean }: Refused): Promise<'unconfirmed' | 'braked' | null> {
  if (!clean) return null
  const { rows } = await sql<{ doubted: boolean }>`
    select braked_at is not null or close_reason = 'database_changed' as doubted
    from bank_gates where bank = ${bank} for update`.execute(tx)
  const counted = await countRefusal(tx, bank)
  const doubted = rows[0]?.doubted === true
  if (counted.refused < REFUSALS || counted.refused <= SHARE * (counted.refused + counted.rotated))
    return doubted ? 'unconfirmed' : null
  return (await pullBrake(tx, bank, counted)) ? 'braked' : 'unconfirmed'
}

interface Counted {
  readonly refused: number
  readonly rotated: number
}

/** Counts this refusal, and all answers of the last ten minutes. */
async function countRefusal(tx: Tx, bank: string): Promise<Counted> {
  await sql`
    insert into bank_answers (bank, minute, refused) values (${bank}, date_trunc('minute', now()), 1)
    on conflict (bank, minute) do update set refused = bank_answers.refused + 1`.execute(tx)
  const { rows } = await sql<Counted>`
    select coalesce(sum(refused), 0)::int as refused, coalesce(sum(rotated), 0)::int as rotated
    from bank_answers where bank = ${bank} and minute > now() - ${WINDOW}`.execute(tx)
  return rows[0] ?? { refused: 0, rotated: 0 }
}

/** Stops all refreshing until a person resumes it. False where it is stopped already. */
async function pullBrake(tx: Tx, bank: string, { refused, rotated }: Counted): Promise<boolean> {
  const { rows } = await sql`
    with braked as (
      update bank_gates set braked_at = now() where bank = ${bank} and braked_at is null returning bank
    )
    insert into bank_events (bank, type, actor, detail, occurred_at)
    select bank, 'gate.braked', 'broker', jsonb_build_object('refused', ${refused}::int, 'rotated', ${rotated}::int), now()
    from braked returning id`.execute(tx)
  return rows.length > 0
}

/**
 * Takes back the verdicts that led to a brake, whatever they were put down to: they wait for their second
 * presentation like the rest. No lock is waited for; housekeeping looks again. Without a brake nothing is read:
 * those refused long ago are many.
 */
export async function takeBackVerdicts(db: Tx | Database): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with doubted as materialized (
      select c.id from bank_gates g join consents c on c.bank = g.bank join consent_tokens t on t.consent_id = c.id
      where g.braked_at is not null and t.refused_at > g.braked_at - ${WINDOW} and t.presentations = 1
        and exists (select from bank_gates where braked_at is not null)
        and t.uncertain_at is null and c.status in ('reauthorization_required', 'failed')
        and c.status_reason in ('refused_by_bank', 'rotation_lost')
      order by c.id for no key update of c skip locked
    ), unconfirmed as (
      update consent_tokens t
      set uncertain_at = now(), uncertain_reasons = array_append(t.uncertain_reasons, 'refusal_unconfirmed'),
        due_at = t.access_expires_at
      from doubted d where t.consent_id = d.id and t.presentations = 1
      returning t.consent_id
    ), revived as (
      update consents c set status = case when c.status = 'failed' then 'pending' else 'active' end,
        status_reason = null, ended_at = null
      from unconfirmed u where c.id = u.consent_id
      returning c.id
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.recovered', 'broker', jsonb_build_object('reason', 'refusal_unconfirmed'), now() from revived
      order by id
    )
    select id, pg_notify(${CHANGE_CHANNEL}, id::text) from revived`.execute(db)
  return rows.map(({ id }) => id)
}
