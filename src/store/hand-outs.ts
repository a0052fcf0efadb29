import { sql } from 'kysely'
import type { HandOutCount } from '../core/consent-store.ts'
import type { Database } from './database.ts'

/** Adds counts of hand-outs to the histories; `again`, unless they stand there since the first try. */
export async function recordHandOuts(
  db: Database,
  counts: readonly HandOutCount[],
  { again }: { readonly again: boolean },
): Promise<void> {
  const unlessThere = sql`where not exists (select from consent_events e where e.consent_id = c.consent_id
    and e.type = 'tokens.handed_out' and e.actor = c.actor and e.occurred_at = c.occurred_at and e.detail = c.detail)`
  await sql`
    insert into consent_events (consent_id, type, actor, detail, occurred_at)
    select c.consent_id, 'tokens.handed_out', c.actor, c.detail, c.occurred_at
    from jsonb_to_recordset(${JSON.stringify(counts.map(toRow))}::jsonb)
      as c(consent_id uuid, actor text, detail jsonb, occurred_at timestamptz)
    join consents on consents.id = c.consent_id
    ${again ? unlessThere : sql``}
    order by c.consent_id, c.actor`.execute(db)
}

function toRow({ consentId, callerId, hour, count, fingerprints, lastAt }: HandOutCount) {
  return {
    consent_id: consentId,
    actor: callerId,
    detail: { hour: hour.toISOString(), count, fingerprints },
    occurred_at: lastAt.toISOString(),
  }
}
