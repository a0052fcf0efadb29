export type Waits = ReturnType<typeof createWaits>

/** Makes delays that end with the bank: one cut short never goes on, and holds no process open. */
export function createWaits() {
  const timers = new Set<NodeJS.Timeout>()

  function wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, delayMs)
      timers.add(timer)
    })
  }

  function cancelAll(): void {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
  }

  return { wait, cancelAll }
}
