import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import { CERTIFICATE_REJECTED, ConnectionFailure, describeFailure, errorCode } from './connection-failure.ts'

export interface TlsIdentity {
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Of an encrypted key. */
  readonly passphrase?: string | undefined
  readonly ca?: string | undefined
}

/** What the connections to one bank share while they have the same identity. */
export interface TlsState {
  readonly context: SecureContext
  readonly contextUpTo12: SecureContext
  /** Hosts that sent no session ticket under TLS 1.3, so that nothing there proves our certificate. */
  readonly ticketless: Set<string>
}

/** One connection in the making; `cancel` drops it, `connect` is undici's connector. */
export interface Connector {
  readonly connect: buildConnector.connector
  cancel(): void
  /** What we show on it, as `x5t#S256`. */
  readonly certificate?: string | undefined
}

export interface ConnectorOptions {
  readonly tls: TlsState
  /** Whether a connection must show that our certificate was accepted before it counts (DESIGN 4.2). */
  readonly proven: boolean
  readonly connectTimeoutMs?: number
  readonly ticketWaitMs?: number
}

const KEEP_ALIVE_MS = 15_000

/** Reads certificate, key and CA once; raises where OpenSSL cannot use them. What is known of hosts is kept. */
export function createTlsState(identity: TlsIdentity, ticketless = new Set<string>()): TlsState {
  return {
    context: createSecureContext(identity),
    contextUpTo12: createSecureContext({ ...identity, maxVersion: 'TLSv1.2' }),
    ticketless,
  }
}

/** Creates a connector for undici whose TLS 1.3 connections have brought a session ticket. */
export function createConnector(options: ConnectorOptions): Connector {
  const { tls, proven, connectTimeoutMs = 10_000, ticketWaitMs = 1_000 } = options
  let current: Socket | null = null

  async function open(to: buildConnector.Options): Promise<Socket> {
    if (to.protocol !== 'https:') {
      current = connectTcp({ host: to.hostname, port: Number(to.port || 80) })
      return await settled(current, 'connect', connectTimeoutMs)
    }
    const socket = startTls(to, tls)
    current = socket
    const ticket = ticketOf(socket)
    await handshake(socket, { to, tls, connectTimeoutMs })
    if (!proven || socket.getProtocol() !== 'TLSv1.3') return socket
    if (await ticket.within(ticketWaitMs)) return socket
    tls.ticketless.add(hostKey(to))
    socket.destroy()
    return await open(to)
  }

  return {
    connect: (to, callback) => {
      open(to).then(
        (socket) => callback(null, socket),
        (error: ConnectionFailure) => callback(error, null),
      )
    },
    cancel: () => current?.destroy(),
  }
}

function startTls(to: buildConnector.Options, tls: TlsState): TLSSocket {
  return connectTls({
    host: to.hostname,
    port: Number(to.port || 443),
    servername: isIP(to.hostname) === 0 ? to.hostname : '',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
    // A resumed session would skip the very check of our certificate that a ticket stands for.
    secureContext: tls.ticketless.has(hostKey(to)) ? tls.contextUpTo12 : tls.context,
  })
}

interface Handshake {
  readonly to: buildConnector.Options
  readonly tls: TlsState
  readonly connectTimeoutMs: number
}

async function handshake(socket: TLSSocket, { to, tls, connectTimeoutMs }: Handshake): Promise<void> {
  try {
    await settled(socket, 'secureConnect', connectTimeoutMs)
  } catch (error) {
    if (socket.authorizationError) throw new ConnectionFailure('bank_certificate_untrusted', error)
    // The host speaks TLS 1.3 alone, so its ticket was merely late: the next attempt waits for it again.
    const cause = error instanceof Error ? error.cause : undefined
    if (errorCode(cause).endsWith('_ALERT_PROTOCOL_VERSION')) tls.ticketless.delete(hostKey(to))
    throw error
  }
}

function hostKey(to: buildConnector.Options): string {
  return `${to.hostname}:${to.port}`
}

function settled(socket: Socket, ready: 'connect' | 'secureConnect', timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const fallback = ready === 'connect' ? 'connect_failed' : 'handshake_failed'
  const late = setTimeout(() => socket.destroy(new ConnectionFailure('connect_timeout')), timeoutMs)
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS)
  socket.once(ready, () => resolve(socket))
  // The listener stays: a socket that fails between two owners must not bring the process down.
  socket.on('error', (error) =>
    reject(error instanceof ConnectionFailure ? error : describeFailure(error, fallback)),
  )
  socket.once('close', () => reject(new ConnectionFailure(fallback)))
  return promise.finally(() => clearTimeout(late))
}

/** Watches for the first ticket from the start, so that none is missed between two turns of the loop. */
function ticketOf(socket: TLSSocket): { within(ms: number): Promise<boolean> } {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const rejected = () => reject(new ConnectionFailure(CERTIFICATE_REJECTED))
  let arrived = false
  socket.once('session', () => {
    arrived = true
    // `session` is emitted from inside OpenSSL's read: a request written in the same turn never gets out.
    setImmediate(() => resolve(true))
  })
  socket.once('close', rejected)
  promise.catch(() => {})
  return {
    within: async (ms) => {
      // One more turn of the loop: a ticket already in the kernel counts, however late this timer runs.
      const late = setTimeout(() => setImmediate(() => resolve(arrived)), ms)
      return await promise.finally(() => clearTimeout(late))
    },
  }
}
