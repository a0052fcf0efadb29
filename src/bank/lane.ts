import { Client } from 'undici'
import { NO_TRACING, type Tracer } from '../core/tracing.ts'
import { deadlinesFromNow, runAt } from './deadlines.ts'
import { type BankRequest, exchange } from './exchange.ts'
import type { Exchange } from './outcome.ts'
import type { Connector } from './proven-connection.ts'
import { describeCalls, noteExchange } from './trace-call.ts'

export interface LaneOptions {
  /** The endpoint whose origin every request of this lane goes to. */
  readonly endpoint: string
  readonly connections: number
  readonly createConnector: () => Connector
  readonly tracer?: Tracer
}

/** A bounded set of connections to one origin, one request at a time on each. */
export interface Lane {
  /** Sends one request on a connection of its own; ends after `abandonAfterMs` at the latest, never raises. */
  send(request: BankRequest, abandonAfterMs: number): Promise<Exchange>
  /** Our identity is another: what is under way ends on its connection, and all else gets a new one. */
  retire(): void
  close(): Promise<void>
}

interface Line {
  readonly client: Client
  readonly connector: Connector
  freeSince: number
  retired: boolean
}

// A peer or a middlebox may have dropped a connection that idled longer, and would swallow a spend (DESIGN 4.2).
const LONGEST_IDLE_MS = 1_000

/** Creates a lane; requests beyond its connections wait here in turn, never inside undici. */
export function createLane(options: LaneOptions): Lane {
  const { endpoint, tracer = NO_TRACING } = options
  const describe = describeCalls(endpoint)
  const lines = new Set<Line>()
  const free: Line[] = []
  const waiting: ((line: Line | null) => void)[] = []
  let closed = false

  function take(deadline: number): Promise<Line | null> {
    if (closed) return Promise.resolve(null)
    const line = takeFree() ?? (lines.size < options.connections ? openLine() : null)
    return line === null ? waitForLine(deadline) : Promise.resolve(line)
  }

  // The last used first. Its age is checked here as well, for a busy event loop runs idle timers late.
  function takeFree(): Line | null {
    const line = free.pop()
    if (line === undefined) return null
    if (performance.now() - line.freeSince <= LONGEST_IDLE_MS) return line
    drop(line)
    return takeFree()
  }

  function openLine(): Line {
    const line = createLine(options)
    lines.add(line)
    return line
  }

  function waitForLine(deadline: number): Promise<Line | null> {
    const { promise, resolve } = Promise.withResolvers<Line | null>()
    const timer = runAt(deadline, () => {
      waiting.splice(waiting.indexOf(resolve), 1)
      resolve(null)
    })
    waiting.push(resolve)
    return promise.finally(() => clearTimeout(timer))
  }

  function giveBack(line: Line, reusable: boolean): void {
    if (!reusable || closed || line.retired) drop(line)
    const next = waiting.shift()
    if (next !== undefined) next(lines.has(line) ? line : openLine())
    else if (lines.has(line)) free.push(Object.assign(line, { freeSince: performance.now() }))
  }

  function drop(line: Line): void {
    lines.delete(line)
    line.connector.cancel()
    void line.client.destroy()
  }

  function send(request: BankRequest, abandonAfterMs: number): Promise<Exchange> {
    return tracer.span(describe(request), async (span) => {
      const headers = { ...request.headers, ...span.headers }
      const ended = await sendOnLine({ ...request, headers }, abandonAfterMs)
      noteExchange(span, ended)
      return ended
    })
  }

  async function sendOnLine(request: BankRequest, abandonAfterMs: number): Promise<Exchange> {
    const deadlines = deadlinesFromNow(abandonAfterMs)
    for (;;) {
      const line = await take(deadlines.leaveBy)
      if (line === null) return { state: 'unsent', reason: 'no_free_connection', ourFault: false }
      const result = withCertificate(await exchange(line.client, request, deadlines), line.connector)
      giveBack(line, result.state === 'answered' && result.cutOff === null)
      // Nothing has left, and what could not connect was who we no longer are: it goes as who we are now.
      const again = result.state === 'unsent' && line.retired && performance.now() < deadlines.leaveBy
      if (!again) return result
    }
  }

  function retire(): void {
    for (const line of lines) line.retired = true
    for (const line of free.splice(0)) drop(line)
  }

  async function close(): Promise<void> {
    closed = true
    for (const resolve of waiting.splice(0)) resolve(null)
    await Promise.all([...lines].map((line) => line.client.close().catch(() => {})))
  }

  return { send, retire, close }
}

function withCertificate(result: Exchange, { certificate }: Connector): Exchange {
  return result.state === 'answered' && certificate !== undefined ? { ...result, certificate } : result
}

function createLine({ endpoint, createConnector }: LaneOptions): Line {
  const connector = createConnector()
  const client = new Client(new URL(endpoint).origin, {
    connect: connector.connect,
    pipelining: 1,
    keepAliveTimeout: LONGEST_IDLE_MS,
    // The server's own keep-alive hint must not lengthen it.
    keepAliveMaxTimeout: LONGEST_IDLE_MS,
  })
  return { client, connector, freeSince: performance.now(), retired: false }
}
