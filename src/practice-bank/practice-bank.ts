import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { createBankState } from './bank-state.ts'
import type { Faults } from './faults.ts'
import type { GrantSelector } from './grants.ts'
import type { Ledger } from './ledger.ts'
import type { PracticeBankOptions, PracticeBankSettings } from './options.ts'
import type { Payment } from './payments/payment.ts'
import { type StartedGrant, type StartGrantOptions, startGrant } from './start-grant.ts'

/** A bank that looks like ABN AMRO's PSD2 side, on a real port. */
export interface PracticeBank {
  /** Opens the port and tells the base URL; after a close it may be called again, with everything remembered. */
  listen(at?: { host?: string; port?: number }): Promise<string>
  /** Closes the port and every connection at once. */
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
  let app: FastifyInstance | undefined

  async function listen({ host = '127.0.0.1', port = 0 }: { host?: string; port?: number } = {}) {
    if (app !== undefined) throw new Error('The practice bank is listening already.')
    const opening = buildApp(state, options)
    await opening.listen({ host, port })
    app = opening
    const address = opening.server.address()
    const boundPort = typeof address === 'object' && address !== null ? address.port : port
    return `${state.isHttps ? 'https' : 'http'}://${urlHost(host)}:${boundPort}`
  }

  async function close(): Promise<void> {
    const closing = app
    app = undefined
    state.waits.cancelAll()
    await closing?.close()
  }

  return {
    listen,
    close,
    settings: state.settings,
    ledger: state.book.ledger,
    faults: state.faultQueue.faults,
    revokeConsent: (which) => state.grants.revoke(which),
    startGrant: (wanted) => startGrant(state, wanted),
    findPayment: (transactionId) => state.payments.find(transactionId),
  }
}

// An address that means every interface is none to call.
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
