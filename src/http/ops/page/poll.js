const EVERY_MS = 10_000
const LONGEST_MS = 60_000

/**
 * Refreshes every ten seconds while somebody may look, one at a time; after failures ever more seldom.
 * @param {object} options
 * @param {(signal: AbortSignal) => Promise<void>} options.refresh
 * @param {() => void} options.onFresh
 * @param {(error: unknown, waitMs: number) => boolean} options.onFailure says whether to go on
 */
export function createPoller({ refresh, onFresh, onFailure }) {
  let controller = new AbortController()
  let timer = 0
  let failures = 0
  let isRunning = false
  let isPaused = false
  let isHalted = true
  let lastMs = 0

  /** @param {number} inMs */
  function plan(inMs) {
    clearTimeout(timer)
    if (!isPaused && !isHalted && !document.hidden) timer = setTimeout(turn, inMs)
  }

  async function turn() {
    clearTimeout(timer)
    const { signal } = controller
    isRunning = true
    const waitMs = await attempt(signal)
    // Another view has begun its own.
    if (signal.aborted) return
    isRunning = false
    lastMs = Date.now()
    plan(waitMs)
  }

  /** @param {AbortSignal} signal */
  async function attempt(signal) {
    try {
      await refresh(signal)
      if (!signal.aborted) onFresh()
      failures = 0
      return EVERY_MS
    } catch (error) {
      if (signal.aborted) return 0
      failures += 1
      const asked = error instanceof Error && 'retryAfterMs' in error ? Number(error.retryAfterMs) : 0
      const waitMs = Math.max(asked, Math.min(LONGEST_MS, EVERY_MS * 2 ** (failures - 1)))
      isHalted = !onFailure(error, waitMs)
      return waitMs
    }
  }

  function halt() {
    isHalted = true
    clearTimeout(timer)
    controller.abort()
  }

  /** Begins anew at once; what is under way is not waited for. */
  function restart() {
    halt()
    controller = new AbortController()
    isHalted = false
    return turn()
  }

  /** @param {boolean} paused */
  function pause(paused) {
    isPaused = paused
    plan(0)
  }

  document.addEventListener('visibilitychange', () => {
    if (!isRunning) plan(Math.max(0, lastMs + EVERY_MS - Date.now()))
  })

  return { restart, halt, pause }
}
