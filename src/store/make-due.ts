import { sql } from 'kysely'
import type { MakeDueInput } from '../core/bound-tokens.ts'
import type { Tx } from './database.ts'
import { intervalMs } from './rows.ts'

export interface Look {
  readonly in_use_since: Date
  readonly looked_to: string | null
}

export interface Batch {
  readonly madeDue: number
  /** Null where no pair is left to look at. */
  readonly lookedTo: string | null
}

/**
 * Looks at the next pairs in the order of their ids, and brings those forward that live and are bound to another
 * certificate. A consent's place in the spread is its own: looked at again it stays, and what is due is left alone,
 * as is every pair whose token may be on its way.
 */
export async function makeBatchDue(tx: Tx, input: MakeDueInput, newest: Look): Promise<Batch> {
  const { bank, certificate, spreadMs, limit } = input
  const place = sql`((hashtext(t.consent_id::text)::bigint + 2147483648) / 4294967296.0)`
  const dueAt = sql`greatest(now(), ${newest.in_use_since}::timestamptz + ${place} * ${intervalMs(spreadMs)})`
  const { rows } = await sql<{ seen: number; looked_to: string | null; made_due: number }>`
    with seen as materialized (
      select t.consent_id, t.certificate is distinct from ${certificate} and t.access_expires_at > now()
          and t.due_at > ${dueAt} as former
      from consent_tokens t
      where t.consent_id > coalesce(${newest.looked_to}::uuid, '00000000-0000-0000-0000-000000000000')
      order by t.consent_id limit ${limit}
    ), free as materialized (
      select t.consent_id from consent_tokens t
      where t.consent_id = any(array(select consent_id from seen where former))
        and t.attempt_id is null and t.presentations = 0
        and exists (select from consents c where c.id = t.consent_id and c.bank = ${bank})
      for no key update of t skip locked
    ), made as (
      update consent_tokens t set due_at = ${dueAt}
      from free f where t.consent_id = f.consent_id
        and t.certificate is distinct from ${certificate} and t.attempt_id is null and t.presentations = 0
        and t.due_at > ${dueAt}
      returning t.consent_id
    )
    select (select count(*)::int from seen) as seen, (select (array_agg(consent_id order by consent_id desc))[1] from seen) as looked_to,
      (select count(*)::int from made) as made_due`.execute(tx)
  const { seen = 0, looked_to: lookedTo = null, made_due: madeDue = 0 } = rows[0] ?? {}
  return { madeDue, lookedTo: seen < limit ? null : lookedTo }
}
