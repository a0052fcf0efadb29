import type { UnusableReason } from './answer-file.ts'
import type { ConsentRecord } from './consent-store.ts'
import type { Ports } from './ports.ts'
import type { PairId } from './tokens.ts'

/** Why an answer finds no place; `revoked`: or erased; the last two: this database is another, or older than the answer. */
export type Unplaced =
  | 'revoked'
  | 'overtaken'
  | Extract<UnusableReason, 'unknown_consent' | 'database_behind'>

/** Looks why no row took an answer: to drop it where a backup was restored would lose the only living pair. */
export async function judgeUnplaced({ consents }: Pick<Ports, 'consents'>, id: PairId): Promise<Unplaced> {
  const record = await consents.find(id.consentId)
  if (record === null) return 'unknown_consent'
  const { status, erasedAt } = record.consent
  if (status === 'revoked' || erasedAt !== null) return 'revoked'
  return isBehind(record, id) ? 'database_behind' : 'overtaken'
}

function isBehind({ tokens }: Pick<ConsentRecord, 'tokens'>, { chain, version }: PairId): boolean {
  if (tokens === null || tokens.chain < chain) return true
  return tokens.chain === chain && tokens.version < version
}
