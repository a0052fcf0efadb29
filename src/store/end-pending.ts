import type { StatusReason } from '../core/consent.ts'
import type { Tx } from './database.ts'
import { notifyChange } from './events.ts'

interface Ending {
  readonly consentId: string
  readonly status: 'rejected' | 'failed'
  readonly reason: StatusReason
  readonly now: Date
}

/** Ends a consent whose first authorization came to nothing; one that is pending no more is left as it is. */
export async function endPending(tx: Tx, { consentId, status, reason, now }: Ending): Promise<void> {
  await tx
    .updateTable('consents')
    .set({ status, status_reason: reason, ended_at: now })
    .where('id', '=', consentId)
    .where('status', '=', 'pending')
    .execute()
  await notifyChange(tx, consentId)
}
