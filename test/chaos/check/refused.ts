import type { Asked } from '../support/callers.ts'
import { touches, type Window } from '../support/windows.ts'
import type { World } from '../support/world.ts'
import type { Chain } from './chains.ts'
import { createAliveUntil, effectMs, KNOWN_AFTER_MS, outagesOf } from './living.ts'

/** What requests came to, counted. */
export interface Requests {
  readonly total: number
  readonly answered: number
  /** The replica was down, starting or draining. */
  readonly replicaAway: number
  /** 503 `storage_unavailable` while the database was out of order, with nothing in this replica's memory. */
  readonly storageAway: number
  /** Not 200 where no living token was known. */
  readonly nothingAlive: number
  readonly liveRefused: readonly Refusal[]
  readonly endedHandedOut: readonly Asked[]
}

export interface Refusal {
  readonly asked: Asked
  readonly livesUntil: number
}

/** Judges every request of the callers by what the ledger and the rows say was alive. */
export function judgeRequests(world: World, chains: readonly Chain[], all: readonly Asked[]): Requests {
  const aliveUntil = createAliveUntil(world, chains, all)
  const outages = outagesOf(world)
  const failed = all.filter(({ status }) => status !== 200)
  const here = failed.filter((asked) => isThere(asked))
  const alive = here.map((asked) => ({ asked, livesUntil: aliveUntil(asked) }))
  const withToken = alive.filter(({ livesUntil }) => livesUntil > 0)
  const liveRefused = withToken.filter(({ asked }) => !isStorageAway(asked, outages, all))
  return {
    total: all.length,
    answered: all.length - failed.length,
    replicaAway: failed.length - here.length,
    storageAway: withToken.length - liveRefused.length,
    nothingAlive: here.length - withToken.length,
    liveRefused,
    endedHandedOut: all.filter(({ status, expiresAt, askedAt }) => status === 200 && expiresAt <= askedAt),
  }
}

function isThere({ replica, askedAt, answeredAt }: Asked): boolean {
  const incarnation = replica.incarnations.findLast(({ startedAt }) => startedAt <= askedAt)
  if (incarnation?.readyAt == null || incarnation.readyAt > askedAt) return false
  return incarnation.signalledAt === null || incarnation.signalledAt > answeredAt
}

/** A time in which the brokers know of nothing that came later. */
export const OLDER_DATA = 'postgres: older data'

/** DESIGN 5 allows it with nothing in memory: where this process had not handed the token out before. */
function isStorageAway(asked: Asked, outages: readonly Window[], all: readonly Asked[]): boolean {
  const span = [asked.askedAt, asked.answeredAt] as const
  const older = outages.filter(({ what }) => what === OLDER_DATA)
  if (older.some((one) => touches(one, span, KNOWN_AFTER_MS))) return true
  if (asked.code !== 'storage_unavailable') return false
  const outage = outages.findLast((one) => touches(one, span, effectMs(one)))
  return outage !== undefined && !wasInMemory(asked, outage, outages, all)
}

/** Handed out here after whatever last emptied the memory, and before this outage. */
function wasInMemory(
  { consentId, replica, askedAt }: Asked,
  outage: Window,
  outages: readonly Window[],
  all: readonly Asked[],
): boolean {
  const startedAt = replica.incarnations.findLast((one) => one.startedAt <= askedAt)?.startedAt ?? 0
  const before = outages[outages.indexOf(outage) - 1]
  const since = Math.max(startedAt, (before?.to ?? 0) + (before ? effectMs(before) : 0))
  return all.some(
    (one) =>
      one.consentId === consentId &&
      one.replica === replica &&
      one.status === 200 &&
      one.answeredAt >= since &&
      one.answeredAt < outage.from &&
      one.expiresAt > askedAt,
  )
}
