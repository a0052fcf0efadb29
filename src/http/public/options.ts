import type { FastifyBaseLogger } from 'fastify'
import type { Broker } from '../../core/broker.ts'

export interface PublicOptions {
  readonly broker: Pick<Broker, 'openStartLink' | 'receiveCallback'>
  readonly log: FastifyBaseLogger
  /** The path of BANK_REDIRECT_URI. */
  readonly callbackPath: string
  /** False on loopback only: then cookies work over plain HTTP. */
  readonly secure: boolean
}
