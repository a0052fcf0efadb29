import pg from 'pg'
import type { ChangeFeed } from '../core/change-feed.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
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

/** Listens for changed consents. It proves itself every 2 s; unproven for 5 s it is down (DESIGN section 5). */
export function startChangeFeed({
  url,
  clock,
  log,
}: ChangeFeedOptions): ChangeFeed & { stop(): Promise<void> } {
  const listeners: ((consentId: string | null) => void)[] = []
  const stopping = new AbortController()
  let provenAtMs = Number.NEGATIVE_INFINITY
  let client: pg.Client | null = null

  function tell(consentId: string | null): void {
    for (const listener of listeners) listener(consentId)
  }

  async function listen(): Promise<void> {
    const connection = new pg.Client({
      connectionString: url.reveal(),
      connectionTimeoutMillis: DOWN_AFTER_MS,
      query_timeout: DOWN_AFTER_MS,
      application_name: 'token-broker listener',
    })
    client = connection
    connection.on('error', () => {})
    connection.on('notification', ({ payload }) => tell(payload ?? null))
    try {
      await connection.connect()
      await connection.query(`listen ${CHANGE_CHANNEL}`)
      // What changed while nobody listened is unknown: forget everything, then trust the cache again.
      tell(null)
      await proveUntilStopped(connection)
    } finally {
      provenAtMs = Number.NEGATIVE_INFINITY
      await connection.end().catch(() => {})
    }
  }

  async function proveUntilStopped(connection: pg.Client): Promise<void> {
    while (!stopping.signal.aborted) {
      const askedAtMs = clock.monotonicMs()
      await connection.query('select 1')
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
      await client?.end().catch(() => {})
      await running
    },
  }
}

/** For where no cache is wanted: never healthy, so nothing cached is trusted. */
export const NO_CHANGE_FEED: ChangeFeed = { healthy: () => false, onChange: () => {} }
