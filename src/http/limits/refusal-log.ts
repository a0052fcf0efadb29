import type { Bounds } from './bounds.ts'

/** Tells one by one of the first refused requests in a second, and of all others by their number. */
export interface RefusalLog {
  /** Whether a line may be written of this one; it is counted otherwise. */
  admits(): boolean
}

export interface RefusalLogOptions extends Pick<Bounds, 'sleep'> {
  /** Called once for a second in which some were only counted. */
  readonly onCounted: (count: number) => void
  readonly maxPerSecond?: number
}

/** Who refuses a flood must not drown in lines of it. */
const MOST_PER_SECOND = 20
const WINDOW_MS = 1_000

export function createRefusalLog({
  sleep,
  onCounted,
  maxPerSecond = MOST_PER_SECOND,
}: RefusalLogOptions): RefusalLog {
  let told = 0
  let counted = 0

  async function endWindow(): Promise<void> {
    await sleep(WINDOW_MS)
    if (counted > 0) onCounted(counted)
    told = 0
    counted = 0
  }

  return {
    admits: () => {
      if (told === 0) void endWindow()
      told += 1
      if (told <= maxPerSecond) return true
      counted += 1
      return false
    },
  }
}
