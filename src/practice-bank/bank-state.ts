import { type ConsentFlows, createConsentFlows } from './consent/consent-flows.ts'
import { createFaultQueue } from './faults.ts'
import { createLedger, type LedgerBook } from './ledger.ts'
import { type Codes, createCodes } from './oauth/codes.ts'
import { createGrants, type Grants } from './oauth/grants.ts'
import { type PracticeBankOptions, type PracticeBankSettings, settingsFrom } from './options.ts'
import { createPayments, type Payments } from './payments/payments.ts'
import { createWaits, type Waits } from './waits.ts'

/** Everything the bank remembers; it outlives a close and a second listen. */
export interface BankState {
  readonly settings: PracticeBankSettings
  readonly now: () => number
  readonly isHttps: boolean
  readonly grants: Grants
  readonly codes: Codes
  readonly flows: ConsentFlows
  /** Registered payments, for the consent application too: `payments.find(transactionId)`. */
  readonly payments: Payments
  readonly book: LedgerBook
  readonly faultQueue: ReturnType<typeof createFaultQueue>
  readonly waits: Waits
}

// A pair struck by a lost answer and its replays stays known, yet a million rotations fit in memory.
const pairsKeptWithoutLedger = 8

/** Makes an empty bank. */
export function createBankState(options: PracticeBankOptions): BankState {
  const settings = settingsFrom(options)
  const now = options.now ?? Date.now
  const keep = options.ledger !== 'off'
  const grants = createGrants({
    settings,
    now,
    pairsKept: keep ? Number.POSITIVE_INFINITY : pairsKeptWithoutLedger,
  })
  return {
    settings,
    now,
    isHttps: options.https !== undefined,
    grants,
    codes: createCodes(settings, now),
    flows: createConsentFlows(now),
    payments: createPayments(now),
    book: createLedger({ grants, now, keep }),
    faultQueue: createFaultQueue(),
    waits: createWaits(),
  }
}
