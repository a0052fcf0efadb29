import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { type FirstPair, pairColumns } from './rows.ts'

export interface ChainId {
  readonly consentId: string
  readonly chain: number
}

/** What no attempt has touched yet. */
const UNTRIED = {
  presentations: 0,
  presented_by: [],
  attempt_id: null,
  attempt_started_at: null,
  lease_until: null,
  retry_at: null,
  settled_attempt_id: null,
  settled_presentation: 0,
  claims: 0,
  uncertain_at: null,
  uncertain_reasons: [],
  refused_at: null,
  consecutive_failures: 0,
  last_error: null,
  rejection_checked_at: null,
  unreadable_answer: null,
}

/** Puts a new chain's first pair in place; only a newer chain replaces, whatever the old one did meanwhile. */
export async function beginChain(tx: Tx, { consentId, chain }: ChainId, pair: FirstPair): Promise<boolean> {
  const columns = {
    ...UNTRIED,
    chain,
    version: 1,
    ...pairColumns(pair),
    last_success_at: pair.accessToken === null ? null : pair.obtainedAt,
  }
  const written = await tx
    .insertInto('consent_tokens')
    .values({ consent_id: consentId, ...columns })
    .onConflict((conflict) =>
      conflict.column('consent_id').doUpdateSet(columns).where('consent_tokens.chain', '<', chain),
    )
    .executeTakeFirst()
  return (written.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** A restored backup may have forgotten that a chain was begun: the next one must still be newer. */
export function noLessThan(chain: number) {
  return sql<number>`greatest(chain, ${chain}::int)`
}
