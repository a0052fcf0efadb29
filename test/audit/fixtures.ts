import { createHash } from 'node:crypto'
import type { ChainFault, ChainHead, PrefixedHash } from '../../src/core/audit-chain.ts'
import { type VerifyResult, verifyAudit } from '../../src/core/verify-audit.ts'
import { createAuditStore } from '../../src/store/audit.ts'
import type { Database } from '../../src/store/index.ts'

export const hash: PrefixedHash = (prefixHex, text) =>
  createHash('sha256').update(prefixHex, 'hex').update(text).digest('hex')

export interface Verified extends VerifyResult {
  readonly told: readonly ChainFault[]
  readonly heads: readonly ChainHead[]
}

/** Verifies in this process, by windows of so many rows. */
export async function verify(db: Database, windowRows?: number): Promise<Verified> {
  const told: ChainFault[] = []
  const heads: ChainHead[] = []
  const result = await verifyAudit({
    store: createAuditStore(db, windowRows === undefined ? {} : { windowRows }),
    hash,
    anchors: { next: async () => null },
    onFault: (fault) => void told.push(fault),
    onHead: async (head) => void heads.push(head),
    onProgress: () => {},
    isInterrupted: () => false,
  })
  return { ...result, told, heads }
}

export const ADD_EVENT = `insert into consent_events (consent_id, type, actor, detail, occurred_at)
  values ($1, $2, $3, $4, clock_timestamp())`
