import type { FaultAction, FaultRule, PracticeBank } from '../../../src/practice-bank/index.ts'
import type { Random } from '../random.ts'
import type { Times } from './times.ts'

type Strike = Pick<FaultRule, 'when'> & { readonly action: FaultAction }

const status = (code: number, more: object = {}): FaultAction => ({ kind: 'status', status: code, ...more })
const GARBAGE = '<html><body>Scheduled maintenance</body></html>'

/** What the bank does wrong, by the name it has in the schedule. */
export const BANK_FAULTS = {
  'bank: answers slower than any time-out': ({ abandonAfterMs }) => after(delay(abandonAfterMs + 1_500)),
  'bank: answers slower than callers wait': ({ bankTimeoutMs }) => after(delay(bankTimeoutMs + 500)),
  'bank: drops the answer after rotating': () => after({ kind: 'reset' }),
  'bank: resets before rotating': () => before({ kind: 'reset' }),
  'bank: 500 after rotating': () => after(status(500)),
  'bank: 503 before rotating': () => before(status(503)),
  'bank: 429 with Retry-After': () => before(status(429, { headers: { 'retry-after': '1' } })),
  'bank: refuses our certificate': () =>
    before(status(403, { body: 'No required SSL certificate was sent' })),
  'bank: does not know our client': () => before(status(401, { body: { error: 'invalid_client' } })),
  'bank: garbage in place of the answer': () => after({ kind: 'body', body: GARBAGE, status: 200 }),
  'bank: cuts the answer short': () => after({ kind: 'edit', truncateTo: 40 }),
  'bank: never answers': () => before({ kind: 'hang' }),
} as const satisfies Record<string, (times: Times) => Strike>

export type BankFault = keyof typeof BANK_FAULTS
export const BANK_FAULT_NAMES = Object.keys(BANK_FAULTS) as BankFault[]

function after(action: FaultAction): Strike {
  return { when: 'after', action }
}

function before(action: FaultAction): Strike {
  return { when: 'before', action }
}

function delay(delayMs: number): FaultAction {
  return { kind: 'delay', delayMs }
}

interface StrikeOptions {
  readonly times: Times
  /** Of the refreshes, 0 to 1. */
  readonly share: number
  readonly random: Random
}

/** Lets a fault strike a share of the refreshes until the function given back is called. */
export function strikeBank(bank: PracticeBank, fault: BankFault, options: StrikeOptions): () => void {
  const { times, share, random } = options
  const { remove } = bank.faults.add({
    endpoint: 'token',
    grantType: 'refresh_token',
    times: Number.POSITIVE_INFINITY,
    matches: () => random.next() < share,
    ...BANK_FAULTS[fault](times),
  })
  return remove
}
