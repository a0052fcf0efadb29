import type { HandOutCount } from './consent-store.ts'
import { TryLaterError } from './errors.ts'
import type { HandOut } from './hand-out.ts'
import type { Ports } from './ports.ts'

/** Counts hand-outs per consent, caller and hour, for the consents' histories. */
export interface HandOutCounts {
  /** Notes one hand-out, in memory. */
  count(callerId: string, handOut: Pick<HandOut, 'consentId' | 'fingerprint'>): void
  /** Writes a share of what hours before this one have left, so that their end is no burst. */
  flush(): Promise<void>
  /** Writes everything, the running hour too, as far as it gets in ten seconds; for the end of the process. */
  drain(): Promise<void>
}

interface Entry {
  readonly consentId: string
  readonly callerId: string
  readonly hour: Date
  readonly fingerprints: string[]
  count: number
  lastAtMs: number
}

const HOUR_MS = 3_600_000
const SHOWN_FINGERPRINTS = 10
/** Beyond that the running hour is written in parts. */
const MOST_RUNNING = 50_000
/** What the database has not taken by then is counted no more: the log has every hand-out. */
const MOST_WAITING = 200_000
const BATCH = 200
/** Of what waits, at each look: an hour's counts are written within minutes, and never faster than they are made. */
const SHARE = 0.02
/** A process that is told to end has no time to lose. */
const DRAIN_MS = 10_000

export function createHandOutCounts({
  consents,
  clock,
  log,
}: Pick<Ports, 'consents' | 'clock' | 'log'>): HandOutCounts {
  let running = new Map<string, Entry>()
  let hourMs = 0
  let waiting: Entry[] = []
  /** A batch whose commit nobody acknowledged: it may stand. */
  let doubtful: readonly HandOutCount[] | null = null
  let uncounted = 0
  let turn: Promise<unknown> = Promise.resolve()

  function count(callerId: string, { consentId, fingerprint }: Pick<HandOut, 'consentId' | 'fingerprint'>) {
    const nowMs = clock.now().getTime()
    closeOver(nowMs)
    const key = `${consentId} ${callerId}`
    const entry = running.get(key) ?? begin(key, { consentId, callerId })
    if (entry === null) return
    entry.count += 1
    entry.lastAtMs = nowMs
    const known = entry.fingerprints
    if (known.length < SHOWN_FINGERPRINTS && !known.includes(fingerprint)) known.push(fingerprint)
  }

  function begin(key: string, who: Pick<Entry, 'consentId' | 'callerId'>): Entry | null {
    if (running.size >= MOST_RUNNING) close()
    if (waiting.length >= MOST_WAITING) {
      uncounted += 1
      return null
    }
    const entry = { ...who, hour: new Date(hourMs), fingerprints: [], count: 0, lastAtMs: hourMs }
    running.set(key, entry)
    return entry
  }

  function closeOver(nowMs: number): void {
    const startedMs = nowMs - (nowMs % HOUR_MS)
    if (startedMs === hourMs) return
    close()
    hourMs = startedMs
  }

  function close(): void {
    waiting = waiting.concat([...running.values()])
    running = new Map()
  }

  async function write(rows: number, untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    tellUncounted()
    for (let left = rows; left > 0 && clock.monotonicMs() < untilMs; left -= BATCH) {
      if (doubtful === null && waiting.length === 0) return
      const again = doubtful !== null
      doubtful ??= waiting.splice(0, BATCH).map(toCount)
      await save(doubtful, again)
      doubtful = null
    }
  }

  async function writeAll(): Promise<void> {
    close()
    await write(Number.POSITIVE_INFINITY, clock.monotonicMs() + DRAIN_MS)
    uncounted = waiting.splice(0).reduce((sum, entry) => sum + entry.count, 0)
    tellUncounted()
  }

  async function save(batch: readonly HandOutCount[], again: boolean): Promise<void> {
    try {
      await consents.recordHandOuts(batch, { again })
    } catch (err) {
      if (err instanceof TryLaterError) throw err
      // It would stand in the way of all others for good.
      log.error({ err, counts: batch.length }, 'counts of hand-outs are refused; the log has each of them')
    }
  }

  function tellUncounted(): void {
    if (uncounted > 0)
      log.error({ handOuts: uncounted }, 'hand-outs are not counted; the log has each of them')
    uncounted = 0
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }

  return {
    count,
    flush: () =>
      inTurn(async () => {
        closeOver(clock.now().getTime())
        await write(Math.max(BATCH, Math.ceil(waiting.length * SHARE)))
      }),
    drain: () => inTurn(writeAll),
  }
}

function toCount({ lastAtMs, ...entry }: Entry): HandOutCount {
  return { ...entry, lastAt: new Date(lastAtMs) }
}
