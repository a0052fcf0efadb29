import type { Presentation } from '../../../src/practice-bank/index.ts'
import type { Incarnation } from '../support/replica.ts'
import { TIMES } from '../support/times.ts'
import type { World } from '../support/world.ts'

/** Until then after an answer a `kill -9` counts as one between the answer and its first write (L4). */
const FIRST_WRITE_MS = 3_000
/** An answer that comes while its reader gives up may be read or not. */
const RACE_MS = 300

/** What became of the process that presented a token, as far as the answer needs it. */
export type Holder = 'alive' | 'killed' | 'gave up'

/** Whether a token's holder was gone before its exchange had ended, so that nobody saw how it did. */
export function diedWithIt(world: Pick<World, 'replicas'>, presentation: Presentation): boolean {
  const holder = incarnationOf(world, presentation)
  return holder !== undefined && wasKilled(holder, presentation.endedAt ?? Number.POSITIVE_INFINITY)
}

function incarnationOf(
  { replicas }: Pick<World, 'replicas'>,
  { from, presentedAt }: Presentation,
): Incarnation | undefined {
  const incarnations = replicas.find(({ name }) => name === from)?.incarnations ?? []
  return incarnations.findLast(({ startedAt }) => startedAt <= presentedAt)
}

/** How long a killed holder had had its answer, in milliseconds: it should have been written down by then. */
export function heldForMs(world: Pick<World, 'replicas'>, presentation: Presentation): number {
  const killedAt = incarnationOf(world, presentation)?.signalledAt ?? 0
  return Math.max(0, killedAt - (presentation.endedAt ?? Number.POSITIVE_INFINITY))
}

/** Tells whether whoever presented a token was there to read the answer and write it down. */
export function holderOf(world: Pick<World, 'replicas'>, presentation: Presentation): Holder {
  const { presentedAt, endedAt } = presentation
  const holder = incarnationOf(world, presentation)
  const until = endedAt ?? Number.POSITIVE_INFINITY
  if (holder !== undefined && wasKilled(holder, until + FIRST_WRITE_MS)) return 'killed'
  const gaveUp = until - presentedAt >= TIMES.abandonAfterMs - RACE_MS
  return gaveUp ? 'gave up' : 'alive'
}

function wasKilled({ signal, signalledAt, endedAt, exitCode }: Incarnation, before: number): boolean {
  if (signal === 'SIGKILL') return (signalledAt ?? 0) <= before
  // One that ends by itself or badly is no better than killed; that it did is told elsewhere.
  return exitCode !== null && exitCode !== 0 && (endedAt ?? 0) <= before
}
