import type { ServerOptions } from 'node:https'
import type { BankCertificate } from '../core/bank-certificate.ts'

/** TLS of a listener, as it is served. */
export interface ListenerTls {
  readonly options: ServerOptions
  /** What the listener shows; of one kind with the one that the bank is shown. */
  certificate(): BankCertificate
  /** Counts how often it came to trust other clients: a connection of an earlier count is not kept. */
  trustEpoch(): number
}
