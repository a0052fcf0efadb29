import { sameScopes } from '../core/same-scopes.ts'
import type { Tx } from './database.ts'
import { writeEvent } from './events.ts'
import type { ConsentRow } from './schema.ts'

type Former = Pick<ConsentRow, 'scopes' | 'requested_scopes'>

export interface Granted {
  readonly consentId: string
  readonly scopes: readonly string[]
  readonly now: Date
}

/** Tells in the history where the bank grants fewer scopes than were asked for, whenever that changes. */
export async function noteNarrowed(tx: Tx, former: Former, granted: Granted): Promise<void> {
  const { consentId, scopes, now } = granted
  const missing = former.requested_scopes.filter((name) => !scopes.includes(name))
  if (missing.length === 0 || !isChanged(former, scopes)) return
  const type = 'consent.scopes_narrowed'
  await writeEvent(tx, { consentId, type, actor: 'bank', detail: { missing }, now })
}

/** Whether these are other scopes than callers were told of so far, in whatever order. */
export function isChanged({ scopes, requested_scopes }: Former, granted: readonly string[]): boolean {
  return !sameScopes(scopes ?? requested_scopes, granted)
}
