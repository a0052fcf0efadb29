import type { CoreErrorCode } from '../../core/errors.ts'
import type { RefreshState } from '../../core/hand-out.ts'
import type { Meter } from '../../core/ports.ts'
import { type Instruments, membersOf, NO_LABELS } from './instruments.ts'

/** Why no token was handed out: the `code` of the problem that was answered. */
export type HandOutProblem = CoreErrorCode | 'internal_error'

export interface HandOutMeter extends Pick<Meter, 'cacheAsked'> {
  handOut(result: RefreshState, tookMs: number): void
  handOutProblem(code: HandOutProblem, tookMs: number): void
  /** How many access tokens are cached now. */
  cachedTokens(count: number): void
}

const RESULTS = membersOf<RefreshState | 'problem'>({ ok: true, delayed: true, lost: true, problem: true })

const PROBLEMS = membersOf<HandOutProblem>({
  invalid_request: true,
  forbidden: true,
  consent_not_found: true,
  consent_pending: true,
  consent_unconfirmed: true,
  reauthorization_required: true,
  consent_expired: true,
  consent_revoked: true,
  consent_rejected: true,
  consent_failed: true,
  consent_abandoned: true,
  consent_erased: true,
  account_mismatch: true,
  request_in_progress: true,
  idempotency_key_reused: true,
  bank_unavailable: true,
  storage_unavailable: true,
  identity_provider_unavailable: true,
  delivery_not_found: true,
  subscriber_removed: true,
  internal_error: true,
})

/** A cached token takes a millisecond, one that waits for the bank up to BANK_TIMEOUT. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function handOutMetrics({ counter, gauge, histogram }: Instruments): HandOutMeter {
  const handOuts = counter({
    name: 'token_broker_hand_outs_total',
    help: 'Token requests by result.',
    labels: { result: RESULTS },
  })
  const duration = histogram(
    {
      name: 'token_broker_hand_out_duration_seconds',
      help: 'How long token requests took, from their arrival to their answer, by result.',
      labels: { result: RESULTS },
    },
    BUCKETS,
  )
  const problems = counter({
    name: 'token_broker_hand_out_problems_total',
    help: 'Token requests that were given no token, by the code of the problem.',
    labels: { code: PROBLEMS },
  })
  const asked = counter({
    name: 'token_broker_token_cache_requests_total',
    help: "Token requests by whether this process's cache had the token; a miss reads the row.",
    labels: { result: membersOf<'hit' | 'miss'>({ hit: true, miss: true }) },
  })
  const cached = gauge({
    name: 'token_broker_token_cache_entries',
    help: 'Access tokens in the cache of this process.',
    labels: NO_LABELS,
  })
  const count = (result: RefreshState | 'problem', tookMs: number) => {
    handOuts({ result })
    duration({ result }, tookMs)
  }
  return {
    handOut: count,
    handOutProblem: (code, tookMs) => {
      count('problem', tookMs)
      problems({ code })
    },
    cacheAsked: (result) => asked({ result }),
    cachedTokens: (entries) => cached({}, entries),
  }
}
