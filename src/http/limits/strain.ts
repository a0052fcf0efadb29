import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/ports.ts'

/** What suffers under load. */
export type Strain = 'event_loop' | 'heap'

export interface StrainLimits {
  readonly sampleMs: number
  /** From so late on the event loop suffers: a health probe of a second takes three of its turns. */
  readonly lateMs: number
  /** Up to so late it is well. */
  readonly calmMs: number
  /** Of the heap's limit, what is alive after a full collection. */
  readonly heapShare: number
  /** Under strain collections follow each other closely: without another one for so long, it is over. */
  readonly heapForMs: number
}

export const STRAIN_LIMITS: StrainLimits = {
  sampleMs: 250,
  lateMs: 300,
  calmMs: 100,
  heapShare: 0.85,
  heapForMs: 5_000,
}

/** One late turn is no load: a thousand who come at once make some. */
const LATE_IN_A_ROW = 4
const CALM_IN_A_ROW = 4

/** How the event loop has kept time of late. */
export interface LoopState {
  readonly suffers: boolean
  /** Samples in a row that speak for the other state. */
  readonly contrary: number
}

export const CALM: LoopState = { suffers: false, contrary: 0 }

/** Judges one sample more: the loop begins to suffer, and is well again, only after several in a row. */
export function judgeLoop(state: LoopState, lateByMs: number, limits: StrainLimits): LoopState {
  const isContrary = state.suffers ? lateByMs <= limits.calmMs : lateByMs >= limits.lateMs
  if (!isContrary) return { ...state, contrary: 0 }
  const contrary = state.contrary + 1
  const enough = contrary >= (state.suffers ? CALM_IN_A_ROW : LATE_IN_A_ROW)
  return enough ? { suffers: !state.suffers, contrary: 0 } : { ...state, contrary }
}

export interface StrainGauge {
  /** What suffers now, or null. */
  current(): Strain | null
  stop(): Promise<void>
}

/** Watches event loop and heap; logs when one begins to suffer, and when all is well. */
export function startStrainGauge(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  limits: StrainLimits = STRAIN_LIMITS,
): StrainGauge {
  const stopping = new AbortController()
  let loop = CALM
  let told: Strain | null = null
  let heapFullAtMs = Number.NEGATIVE_INFINITY

  function current(): Strain | null {
    if (clock.monotonicMs() - heapFullAtMs < limits.heapForMs) return 'heap'
    return loop.suffers ? 'event_loop' : null
  }

  /** Garbage that waits for its collection is no strain: only what a full one has left. */
  const collections = new PerformanceObserver((list) => {
    const isFull = list.getEntries().some((entry) => kindOf(entry) === constants.NODE_PERFORMANCE_GC_MAJOR)
    if (isFull && heapShare() >= limits.heapShare) heapFullAtMs = clock.monotonicMs()
  })

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const dueAtMs = clock.monotonicMs() + limits.sampleMs
      await clock.sleep(limits.sampleMs, stopping.signal)
      loop = judgeLoop(loop, clock.monotonicMs() - dueAtMs, limits)
      tell(current())
    }
  }

  function tell(strain: Strain | null): void {
    if (strain === told) return
    if (strain === null) log.warn({ former: told }, 'the load has gone: all requests are served again')
    else log.warn({ strain }, 'too much load: requests are refused until it goes')
    told = strain
  }

  collections.observe({ entryTypes: ['gc'] })
  const watching = watch()
  return {
    current,
    stop: async () => {
      stopping.abort()
      collections.disconnect()
      await watching
    },
  }
}

function kindOf(entry: PerformanceEntry): unknown {
  return (entry as { readonly detail?: { readonly kind?: unknown } }).detail?.kind
}

function heapShare(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return used / limit
}
