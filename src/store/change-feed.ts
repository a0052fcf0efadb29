import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import pg from 'pg'
import type { ChangeFeed } from '../core/change-feed.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { withinMs } from '../core/within.ts'
import { CHANGE_CHANNEL } from './events.ts'

export interface ChangeFeedOptions {
  /** A connection of its own, with session state: not through a transaction pooler. */
  readonly url: Secret
  readonly clock: Clock
  readonly log: Log
}

const PROOF_EVERY_MS = 2_000
const DOWN_AFTER_MS = 5_000
const RECONNECT_MS = 1_000
const PROOF = 'proof:'

/** Listens for changed consents. It proves itself every 2 s; unproven for 5 s it is down (DESIGN section 5). */
export function startChangeFeed(options: ChangeFeedOptions): ChangeFeed & { stop(): Promise<void> } {
  const { clock, log } = options
  const listeners: ((consentId: string | null) => void)[] = []
  const stopping = new AbortController()
  let provenAtMs = Number.NEGATIVE_INFINITY

  function tell(consentId: string | null): void {
    for (const listener of listeners) listener(consentId)
  }

  async function listen(): Promise<void> {
    const connection = connect(options)
    const stop = () => connection.destroy()
    stopping.signal.addEventListener('abort', stop)
    connection.onPayload((payload) => tell(payload))
    try {
      await connection.open()
      // What changed while nobody listened is unknown: forget everything, then trust the cache again.
      tell(null)
      await proveUntilStopped(connection)
    } finally {
      provenAtMs = Number.NEGATIVE_INFINITY
      stopping.signal.removeEventListener('abort', stop)
      connection.destroy()
    }
  }

  async function proveUntilStopped(connection: Connection): Promise<void> {
    while (!stopping.signal.aborted) {
      const askedAtMs = clock.monotonicMs()
      await connection.prove()
      provenAtMs = askedAtMs
      await clock.sleep(PROOF_EVERY_MS, stopping.signal)
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listen().catch((err: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err }, 'change feed is down; every hand-out reads its row')
      })
      await clock.sleep(RECONNECT_MS, stopping.signal)
    }
  }

  const running = run()
  return {
    healthy: () => clock.monotonicMs() - provenAtMs < DOWN_AFTER_MS,
    onChange: (listener) => void listeners.push(listener),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

type Connection = ReturnType<typeof connect>

/** One connection that listens; whatever of it fails ends it. */
function connect({ url, clock }: Pick<ChangeFeedOptions, 'url' | 'clock'>) {
  const socket = new Socket()
  const common = {
    connectionTimeoutMillis: DOWN_AFTER_MS,
    query_timeout: DOWN_AFTER_MS,
    keepAlive: true,
    application_name: 'token-broker listener',
  }
  const client = new pg.Client({ ...common, connectionString: url.reveal(), stream: () => socket })
  client.on('error', () => {})

  /** Through a transaction pooler LISTEN succeeds and nothing ever comes: the first proof is a notification. */
  async function open(): Promise<void> {
    await client.connect()
    await client.query(`listen ${CHANGE_CHANNEL}`)
    const { rows } = await client.query('select pg_backend_pid() as pid')
    const isOwnSession = rows[0]?.pid === (client as unknown as { processID: unknown }).processID
    if (await hears(isOwnSession ? client : null)) return
    throw new Error('No notification came: DATABASE_LISTEN_URL must not lead through a transaction pooler.')
  }

  /**
   * A pooler names another process than the server does. Behind it one's own notification may come by chance, by the
   * session that happened to listen; a stranger's comes only where that session is ours alone.
   */
  async function hears(own: pg.Client | null): Promise<boolean> {
    const proof = PROOF + randomUUID()
    const heard = new Promise<true>((resolve) => {
      client.on('notification', ({ payload }) => {
        if (payload === proof) resolve(true)
      })
    })
    const sender = own ?? new pg.Client({ ...common, connectionString: url.reveal() })
    try {
      if (own === null) await sender.connect()
      await sender.query('select pg_notify($1, $2)', [CHANGE_CHANNEL, proof])
      return (await withinMs(clock, heard, DOWN_AFTER_MS)) === true
    } finally {
      if (own === null) await sender.end()
    }
  }

  return {
    open,
    onPayload: (listener: (payload: string) => void) =>
      void client.on('notification', ({ payload = '' }) => {
        if (!payload.startsWith(PROOF)) listener(payload)
      }),
    prove: () => client.query('select 1'),
    /** Not `end`: a server that hangs never takes leave. */
    destroy: () => void socket.destroy(),
  }
}

/** Listens once, and raises where no notification comes. */
export async function proveListening(options: Pick<ChangeFeedOptions, 'url' | 'clock'>): Promise<void> {
  const connection = connect(options)
  try {
    await connection.open()
  } finally {
    connection.destroy()
  }
}

/** For where no cache is wanted: never healthy, so nothing cached is trusted. */
export const NO_CHANGE_FEED: ChangeFeed = { healthy: () => false, onChange: () => {} }
