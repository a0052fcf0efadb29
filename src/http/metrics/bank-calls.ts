import type { ConsentInfo, TokenOutcome } from '../../core/bank.ts'
import { type Instruments, membersOf } from './instruments.ts'

export type BankCall = 'refresh' | 'probe' | 'code_exchange' | 'client_token' | 'consent_info' | 'revocation'

export type BankCallOutcome = TokenOutcome['kind'] | ConsentInfo['kind'] | 'revoked' | 'failed'

export interface BankMeter {
  bankCall(call: BankCall, outcome: BankCallOutcome, tookMs: number): void
}

const CALLS = membersOf<BankCall>({
  refresh: true,
  probe: true,
  code_exchange: true,
  client_token: true,
  consent_info: true,
  revocation: true,
})

const OUTCOMES = membersOf<BankCallOutcome>({
  granted: true,
  not_processed: true,
  refused: true,
  our_fault: true,
  uncertain: true,
  known: true,
  rejected: true,
  no_access: true,
  busy: true,
  unknown: true,
  revoked: true,
  failed: true,
})

const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]

export function bankMetrics({ counter, histogram }: Instruments): BankMeter {
  const calls = counter({
    name: 'token_broker_bank_calls_total',
    help: 'Calls to the bank, by kind and by what came of them.',
    labels: { call: CALLS, outcome: OUTCOMES },
  })
  const duration = histogram(
    {
      name: 'token_broker_bank_call_duration_seconds',
      help: 'How long calls to the bank took, with the wait for a free connection, by kind.',
      labels: { call: CALLS },
    },
    BUCKETS,
  )
  return {
    bankCall: (call, outcome, tookMs) => {
      calls({ call, outcome })
      duration({ call }, tookMs)
    },
  }
}
