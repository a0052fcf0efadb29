import type { FastifyInstance } from 'fastify'
import { buildFront, buildTokenServer } from './app.ts'
import type { BankState } from './bank-state.ts'
import type { PracticeBankOptions } from './options.ts'

/** Where to listen; a port of 0 is any that is free. */
export interface ListenAt {
  readonly host?: string
  readonly port?: number
  /** The port of `tokenListener`. */
  readonly tokenPort?: number
}

/** What listens, and where it is reached. */
export interface Listeners {
  readonly frontUrl: string
  /** The same as `frontUrl` without a listener of its own. */
  readonly tokenUrl: string
  close(): Promise<void>
}

/** Opens the bank's one or two ports: both or none. */
export async function openListeners(
  state: BankState,
  options: PracticeBankOptions,
  { host = '127.0.0.1', port = 0, tokenPort = 0 }: ListenAt,
): Promise<Listeners> {
  const front = buildFront(state, options)
  const servers = [front]
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
  try {
    await front.listen({ host, port })
    const frontUrl = urlOf(front, state.isHttps ? 'https' : 'http', host)
    if (options.tokenListener === undefined) return { frontUrl, tokenUrl: frontUrl, close }
    const token = buildTokenServer(state, options.tokenListener)
    servers.push(token)
    await token.listen({ host, port: tokenPort })
    return { frontUrl, tokenUrl: urlOf(token, 'https', host), close }
  } catch (error) {
    await close()
    throw error
  }
}

function urlOf({ server }: FastifyInstance, scheme: 'http' | 'https', host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `${scheme}://${urlHost(host)}:${port}`
}

// An address that means every interface is none to call.
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
