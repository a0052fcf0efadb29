/**
 * npm hands the terminal's Ctrl-C on to us, who got it from the terminal already: what comes so soon after the
 * first is its echo, not a second wish.
 */
const ECHO_MS = 500

const PARENT_POLL_MS = 250
const INTERRUPTED = 130

/** Aborts when the demo is to end: at the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once. */
export function watchSignals(): AbortSignal {
  const stopping = new AbortController()
  let firstAt = 0

  function onSignal(): void {
    if (stopping.signal.aborted) {
      if (performance.now() - firstAt > ECHO_MS) process.exit(INTERRUPTED)
      return
    }
    firstAt = performance.now()
    stopping.abort(new Error('stopped by a signal'))
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  if (process.env.npm_lifecycle_event !== undefined) watchParent(stopping)
  return stopping.signal
}

// npm runs us by a shell, which a signal sent to npm ends without a word to us.
function watchParent(stopping: AbortController): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) stopping.abort(new Error('npm has ended'))
  }, PARENT_POLL_MS)
  timer.unref()
}
