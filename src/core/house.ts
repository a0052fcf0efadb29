import type { CoreSettings, Ports } from './ports.ts'

const LIMIT = 500
/** Of SALVAGE_WAIT. */
const LOOK_EVERY_SHARE = 0.1

/**
 * Brings about what time alone decides. After an outage, and after a start, which may be the end of one, claims
 * are given up no sooner than SALVAGE_WAIT after the database came back: leases ran out meanwhile, and whoever
 * holds an answer, in memory or in a spool, could not settle it (DESIGN 4.3).
 */
export function createHouse(
  {
    bank,
    clock,
    housekeeping,
    log,
    meter,
  }: Pick<Ports, 'clock' | 'housekeeping' | 'log'> & {
    readonly bank: Pick<Ports['bank'], 'codeTtlMs'>
    readonly meter: Pick<Ports['meter'], 'housekept'>
  },
  { salvageWaitMs, retentionMs }: Pick<CoreSettings, 'salvageWaitMs' | 'retentionMs'>,
) {
  let usableSinceMs: number | null = null
  let lookedAtMs = Number.NEGATIVE_INFINITY

  /** Not at every look: it reads all that is due. */
  function mayGiveUp(): boolean {
    const nowMs = clock.monotonicMs()
    const may = usableSinceMs !== null && nowMs - usableSinceMs >= salvageWaitMs
    const itsTurn = nowMs - lookedAtMs >= salvageWaitMs * LOOK_EVERY_SHARE
    if (may && itsTurn) lookedAtMs = nowMs
    return may && itsTurn
  }

  return async function endWhatIsOver(): Promise<void> {
    const wait = mayGiveUp() ? salvageWaitMs : null
    try {
      const done = await housekeeping.run({
        now: clock.now(),
        salvageWaitMs: wait,
        codeTtlMs: bank.codeTtlMs,
        retentionMs,
        limit: LIMIT,
      })
      usableSinceMs ??= clock.monotonicMs()
      meter.housekept(done)
      if (Object.values(done).some((count) => count > 0)) log.info(done, 'housekeeping')
    } catch (error) {
      usableSinceMs = null
      throw error
    }
  }
}
