import type { PairId } from '../core/tokens.ts'

/** One presentation of one pair's refresh token. */
export interface AttemptId extends PairId {
  readonly attemptId: string
  readonly presentation: number
}
