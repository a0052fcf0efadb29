import type { PairId } from '../core/tokens.ts'

/** One presentation of one pair's refresh token. */
export interface AttemptId extends PairId {
  readonly attemptId: string
  /** The how-manieth claim of this pair, given back ones among them: orders its answers. */
  readonly presentation: number
}
