import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ListenerTls } from './listener-tls.ts'
import { HttpError } from './problem.ts'

/** Looked at once a connection: it is the same for all requests on it, save that it may end meanwhile. */
interface Shown {
  /** Node's name for what is wrong with it; null where nothing is. */
  readonly problem: string | null
  readonly endsAt: Date
  readonly trustEpoch: number
}

const NONE = 'none'

/**
 * Makes what refuses requests on connections without a certificate of INTERNAL_TLS_CLIENT_CA_FILE, save on routes
 * that probes ask. The handshake itself lets all in, for it cannot tell a probe from others.
 */
export function createAssertClientCertificate({ trustEpoch }: ListenerTls, now: () => Date) {
  const seen = new WeakMap<Socket, Shown>()

  function lookOnce({ raw: { socket } }: FastifyRequest): Shown {
    const shown = seen.get(socket) ?? { ...look(socket), trustEpoch: trustEpoch() }
    seen.set(socket, shown)
    return shown
  }

  return (request: FastifyRequest, reply: FastifyReply): void => {
    if (request.routeOptions.config.needsNoCertificate === true) return
    const shown = lookOnce(request)
    // Whom it trusts has changed: this may be the certificate of one it trusts no more.
    if (shown.trustEpoch !== trustEpoch()) reply.header('connection', 'close')
    const problem = shown.problem ?? (shown.endsAt <= now() ? 'CERT_HAS_EXPIRED' : null)
    if (problem !== null) throw refusal(problem)
  }
}

function look(socket: Socket): Pick<Shown, 'problem' | 'endsAt'> {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (!(socket instanceof TLSSocket) || certificate === undefined) {
    return { problem: NONE, endsAt: new Date(0) }
  }
  // Declared an Error, it is a code such as CERT_HAS_EXPIRED.
  const problem = socket.authorized ? null : String(socket.authorizationError)
  return { problem, endsAt: certificate.validToDate }
}

function refusal(problem: string): HttpError {
  const detail =
    problem === NONE
      ? 'Make the connection with a client certificate that this listener trusts.'
      : `The client certificate of this connection is not accepted (${problem}).`
  // Nothing else can come of this connection.
  return new HttpError('client_certificate_required', detail, { headers: { connection: 'close' } })
}
