import type { Clock } from '../../core/clock.ts'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import type { Overview } from '../../core/overview.ts'
import type { EndingWithin } from '../../core/summary.ts'
import { withinMs } from '../../core/within.ts'
import { type Instruments, membersOf, NO_LABELS } from './instruments.ts'

/** What the database knows, as it was read for the metrics. */
export interface MeteredOverview extends Overview {
  /** Since when the key that seals has been in use; null where nothing was sealed yet. */
  readonly sealingSince: Date | null
}

export interface OverviewMeter {
  /** From here on `read` is asked whenever metrics are, and the last answer is old. */
  watchDatabase(read: () => Promise<MeteredOverview>, clock: OverviewClock): void
}

type OverviewClock = Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>

/** It is read so often at most, however many scrape. */
const READ_EVERY_MS = 10_000
/** A scrape waits no longer for the database. */
const WAIT_MS = 1_000
/** What is older is shown no more: an alert that is quiet by an old number would be a wrong one. */
const SHOWN_FOR_MS = 300_000

const WITHIN = membersOf<EndingWithin>({ '1d': true, '7d': true, '14d': true })

/** Gauges of what all replicas share: each replica shows the same, so queries take their `max`. */
export function overviewMetrics(instruments: Instruments): OverviewMeter & { refresh(): Promise<void> } {
  const show = overviewGauges(instruments)
  const showAge = instruments.gauge({
    name: 'token_broker_overview_age_seconds',
    help: 'How long ago this process read the metrics of the database; after 300 those are shown no more.',
    labels: NO_LABELS,
  })
  let watched: { read: () => Promise<MeteredOverview>; clock: OverviewClock } | null = null
  let readAtMs = 0
  let isShown = false
  let reading: Promise<void> | null = null

  async function readAndShow({ read, clock }: NonNullable<typeof watched>): Promise<void> {
    const askedAtMs = clock.monotonicMs()
    try {
      show(await read(), clock.now())
      readAtMs = askedAtMs
      isShown = true
    } catch {
      // The age tells; who needed the database for more has logged it.
    }
    reading = null
  }

  async function refresh(): Promise<void> {
    if (watched === null) return
    const { clock } = watched
    const isOld = !isShown || clock.monotonicMs() - readAtMs >= READ_EVERY_MS
    if (isOld) reading ??= readAndShow(watched)
    if (reading !== null) await withinMs(clock, reading, WAIT_MS)
    const ageMs = clock.monotonicMs() - readAtMs
    showAge({}, ageMs / 1000)
    if (ageMs <= SHOWN_FOR_MS) return
    show(null, clock.now())
    isShown = false
  }

  return {
    watchDatabase: (read, clock) => {
      watched = { read, clock }
      readAtMs = clock.monotonicMs()
    },
    refresh,
  }
}

/** Null takes all of them away. */
function overviewGauges({ gauge }: Instruments): (overview: MeteredOverview | null, now: Date) => void {
  const plain = (name: string, help: string) => gauge({ name, help, labels: NO_LABELS })
  const consents = gauge({
    name: 'token_broker_consents',
    help: 'Database: consents by status.',
    labels: { status: CONSENT_STATUSES },
  })
  const ending = gauge({
    name: 'token_broker_consents_ending',
    help: 'Database: consents in use that end within 1, 7 or 14 days unless renewed; the longer times hold the shorter.',
    labels: { within: WITHIN },
  })
  const next = plain(
    'token_broker_next_ending_timestamp_seconds',
    'Database: when the next consent in use ends; absent where none does within 14 days.',
  )
  const due = plain('token_broker_rotations_due', 'Database: pairs of tokens that are due to be rotated.')
  const lag = plain(
    'token_broker_refresh_lag_seconds',
    'Database: how long the pair that fell due first has been due; 0 where none is.',
  )
  const failing = plain(
    'token_broker_rotations_failing',
    'Database: pairs whose last rotation failed, and which are tried again.',
  )
  const uncertain = plain(
    'token_broker_rotations_uncertain',
    'Database: pairs whose refresh token may be spent without an answer.',
  )
  const sealing = plain(
    'token_broker_encryption_key_first_used_timestamp_seconds',
    'Database: since when the key that seals has been in use; keys have no end of their own.',
  )
  const seconds = (time: Date | null | undefined) => (time ? time.getTime() / 1000 : null)
  return (overview, now) => {
    const { summary, endings, sealingSince } = overview ?? {}
    for (const status of CONSENT_STATUSES) consents({ status }, summary?.countsByStatus[status] ?? null)
    for (const within of WITHIN) ending({ within }, endings?.within[within] ?? null)
    next({}, seconds(endings?.nextAt))
    due({}, summary?.due ?? null)
    lag({}, summary === undefined ? null : lagSeconds(summary.oldestDueAt, now))
    failing({}, summary?.failing ?? null)
    uncertain({}, summary?.uncertain ?? null)
    sealing({}, seconds(sealingSince))
  }
}

function lagSeconds(oldestDueAt: Date | null, now: Date): number {
  return oldestDueAt === null ? 0 : Math.max(0, (now.getTime() - oldestDueAt.getTime()) / 1000)
}
