import { sql } from 'kysely'
import type { CanaryInput } from '../core/token-store.ts'
import {
  CLAIMED,
  type ClaimRow,
  claimColumns,
  gateLets,
  replayable,
  rotates,
  UNPRESENTED,
} from './claim-rows.ts'
import type { Database } from './database.ts'
import { leaseEnd } from './due.ts'

/** Claims the one pair that tries whether the bank is well: the longest uncertain, or the soonest due. */
export async function claimCanaryRow(
  db: Database,
  input: CanaryInput,
  attemptId: string,
): Promise<ClaimRow[]> {
  const { bank, canaryId, leaseMs } = input
  const [chosen, order] =
    input.from === 'uncertain'
      ? [sql`${replayable(input)} and ${mayBeJudged(bank)}`, sql`t.uncertain_at`]
      : [sql`t.due_at <= now() and ${UNPRESENTED}`, sql`t.due_at`]
  const { rows } = await sql<ClaimRow>`
    with canary as materialized (
      select t.consent_id from consent_tokens t
      where ${chosen} and (select ${rotates(bank)} from consents c where c.id = t.consent_id)
        and ${gateLets(bank, canaryId)}
      order by ${order} limit 1 for update of t skip locked
    )
    update consent_tokens t set ${claimColumns(sql`${attemptId}::uuid`, leaseEnd(leaseMs))}
    from canary join consents c on c.id = canary.consent_id
    where t.consent_id = canary.consent_id
    returning ${CLAIMED}`.execute(db)
  return rows
}

/**
 * A refusal that was not believed is not tried again while the gate is closed, or the same mishap would make it
 * certain: only where its consent has no token left, and no other is due that could tell of the bank.
 */
function mayBeJudged(bank: string) {
  return sql`(t.refused_at is null
    or not exists (select from bank_gates g where g.bank = ${bank} and g.closed_at is not null)
    or t.access_expires_at <= now() and not exists (select from consent_tokens t
      where t.due_at <= now() and ${UNPRESENTED}
        and (select ${rotates(bank)} from consents c where c.id = t.consent_id)))`
}
