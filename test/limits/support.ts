import { connect, type Socket } from 'node:net'
import type tap from 'tap'
import { systemClock } from '../../src/clock.ts'
import { startService } from '../../src/compose.ts'
import { readSettings } from '../../src/config.ts'
import { createLogger } from '../../src/logger.ts'
import type { Surroundings } from '../../src/surroundings.ts'
import { type BrokerHost, KEYS, type TestBroker } from '../support/broker.ts'

type Test = Pick<typeof tap, 'teardown'>

/** Starts a broker with bounds of its own. */
export async function startLimited(
  t: Test,
  host: BrokerHost,
  limits: NonNullable<Surroundings['limits']>,
): Promise<TestBroker> {
  const logged: string[] = []
  const log = createLogger({ level: 'debug', destination: { write: (line) => void logged.push(line) } })
  const service = await startService(readSettings(host.env), { clock: systemClock, log, limits })
  t.teardown(() => service.stop())
  return { ...service, env: host.env, logged }
}

export interface Client {
  readonly socket: Socket
  /** Everything that came. */
  text(): string
  /** Resolves how long the connection lasted. */
  readonly closed: Promise<number>
}

/** Connects, sends, and keeps what comes until the other side ends it. */
export function open(t: Test, url: string, message: string): Client {
  const { hostname, port } = new URL(url)
  const begun = performance.now()
  const chunks: Buffer[] = []
  const socket = connect({ port: Number(port), host: hostname })
  t.teardown(() => socket.destroy())
  socket.on('error', () => {})
  socket.on('data', (chunk) => chunks.push(chunk))
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now() - begun))
  })
  if (message !== '') socket.write(message)
  return { socket, text: () => Buffer.concat(chunks).toString(), closed }
}

/** A metric of `/metrics`, by its name with labels; 0 where it is not there. */
export async function metric(internalUrl: string, name: string): Promise<number> {
  const headers = { authorization: `Bearer ${KEYS.ops}` }
  const text = await (await fetch(new URL('/metrics', internalUrl), { headers })).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? 0)
}
