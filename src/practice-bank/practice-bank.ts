import { createBankState } from './bank-state.ts'
import type { Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { type ListenAt, type Listeners, openListeners } from './listeners.ts'
import type { GrantSelector } from './oauth/grants.ts'
import { type StartedGrant, type StartGrantOptions, startGrant } from './oauth/start-grant.ts'
import type { PracticeBankOptions, PracticeBankSettings } from './options.ts'
import type { Payment } from './payments/payment.ts'

/** A bank that looks like ABN AMRO's PSD2 side, on a real port. */
export interface PracticeBank {
  /** Opens the port and tells the base URL; after a close it may be called again, with everything remembered. */
  listen(at?: ListenAt): Promise<string>
  /** Tells the base URL of the token endpoint: another than the first where `tokenListener` is given. */
  tokenUrl(): string
  /** Closes the ports and every connection at once. */
  close(): Promise<void>
  /** The settings; assign to change them while the bank runs. */
  readonly settings: PracticeBankSettings
  readonly ledger: Ledger
  readonly faults: Faults
  /** Ends grants as a customer does who withdraws at the bank; tells how many lived. */
  revokeConsent(which: GrantSelector): number
  /** Makes a live grant without the browser walk. */
  startGrant(options?: StartGrantOptions): StartedGrant
  /** Tells of a registered payment. */
  findPayment(transactionId: string): Payment | undefined
}

/** Makes a practice bank (ABNAMRO.md §11); nothing listens until `listen`. */
export function createPracticeBank(options: PracticeBankOptions = {}): PracticeBank {
  const state = createBankState(options)
  let listeners: Listeners | undefined

  async function listen(at: ListenAt = {}): Promise<string> {
    if (listeners !== undefined) throw new Error('The practice bank is listening already.')
    listeners = await openListeners(state, options, at)
    return listeners.frontUrl
  }

  function tokenUrl(): string {
    if (listeners === undefined) throw new Error('The practice bank is not listening.')
    return listeners.tokenUrl
  }

  async function close(): Promise<void> {
    const closing = listeners
    listeners = undefined
    state.waits.cancelAll()
    await closing?.close()
  }

  return {
    listen,
    tokenUrl,
    close,
    settings: state.settings,
    ledger: state.book.ledger,
    faults: state.faultQueue.faults,
    revokeConsent: (which) => state.grants.revoke(which),
    startGrant: (wanted) => startGrant(state, wanted),
    findPayment: (transactionId) => state.payments.find(transactionId),
  }
}
