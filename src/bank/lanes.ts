import type { BankCertificate } from '../core/bank-certificate.ts'
import type { Tracer } from '../core/tracing.ts'
import { assertInForce, describeCertificate } from './certificate.ts'
import { createLane, type Lane } from './lane.ts'
import { createConnector, type TlsIdentity, type TlsState } from './proven-connection.ts'
import { readTls } from './tls-files.ts'

/** All lanes to one bank, with one identity. */
export interface Lanes {
  /** Only the token endpoint's lanes are proven: nothing is spent on the others. */
  open(endpoint: string, how: { readonly proven: boolean }): Lane
  certificate(): BankCertificate | null
  /** Takes another identity for all connections from here on; raises OperatorError for one that can't be used now. */
  become(identity: TlsIdentity, now: Date): void
  close(): Promise<void>
}

interface Self {
  readonly tls: TlsState
  readonly certificate: BankCertificate | null
}

export interface LanesOptions {
  /** Of each lane. */
  readonly connections: number
  readonly tracer?: Tracer | undefined
}

/** Creates lanes; raises OperatorError where certificate or key are unusable. */
export function createLanes(identity: TlsIdentity, { connections, tracer }: LanesOptions): Lanes {
  const lanes: Lane[] = []
  let self = readSelf(identity)

  function open(endpoint: string, { proven }: { readonly proven: boolean }): Lane {
    const connect = () => ({
      ...createConnector({ tls: self.tls, proven }),
      certificate: self.certificate?.thumbprint,
    })
    const lane = createLane({ endpoint, connections, createConnector: connect, ...(tracer && { tracer }) })
    lanes.push(lane)
    return lane
  }

  return {
    open,
    certificate: () => self.certificate,
    become: (identity, now) => {
      const next = readSelf(identity, self.tls)
      if (next.certificate !== null) assertInForce(next.certificate, now)
      self = next
      for (const lane of lanes) lane.retire()
    },
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

function readSelf(identity: TlsIdentity, former?: TlsState): Self {
  const tls = readTls(identity, former)
  return { tls, certificate: identity.cert === undefined ? null : describeCertificate(identity.cert) }
}
