import type { PairId } from '../core/tokens.ts'

/** One presentation of one pair's refresh token. */
export interface AttemptId extends PairId {
  readonly attemptId: string
  /** Which claim of this pair it is, from 1, given-back ones included: orders its answers. */
  readonly presentation: number
}
