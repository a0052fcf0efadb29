import { connect } from 'node:net'
import { profiles, resolveEndpoints } from './bank/index.ts'
import type { Settings } from './config.ts'
import type { Clock } from './core/clock.ts'
import type { Log } from './core/ports.ts'

const TIMEOUT_MS = 5_000
const TRY_EVERY_MS = 30_000

interface Surroundings {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  readonly log: Log
}

/**
 * Says where the bank is away as the service starts, and when it can be reached. Nothing waits for it: what is alive is
 * handed out without a bank. It opens a connection and sends nothing; what TLS and the bank say, exchanges tell.
 */
export async function tellOfBank(
  { bank }: Pick<Settings, 'bank'>,
  { clock, log }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const begunMs = clock.monotonicMs()
  const endpoint = new URL(resolveEndpoints(bank, profiles[bank.profile]).token)
  let isAway = false
  for (;;) {
    const reason = await whyAway(endpoint)
    if (signal.aborted) return
    if (reason === null) {
      if (isAway) log.info({ waitedMs: Math.round(clock.monotonicMs() - begunMs) }, 'the bank can be reached')
      return
    }
    if (!isAway) log.warn({ reason }, 'the bank cannot be reached; what is alive is handed out meanwhile')
    isAway = true
    await clock.sleep(TRY_EVERY_MS, signal)
  }
}

/** Null where somebody takes the connection. */
function whyAway({ protocol, hostname, port }: URL): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({ host, port: Number(port || (protocol === 'http:' ? 80 : 443)) })
  socket.setTimeout(TIMEOUT_MS, () => resolve('timeout'))
  socket.once('connect', () => resolve(null))
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'connect_failed'))
  return promise.finally(() => socket.destroy())
}
