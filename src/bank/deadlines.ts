/** When a request has to be under way and when its exchange is over, on the clock of `performance.now()`. */
export interface Deadlines {
  readonly leaveBy: number
  readonly endBy: number
}

// A share of the whole time: what leaves late would be abandoned early, and a spend made uncertain for nothing.
const LATEST_DEPARTURE = 0.5

/** Sets the deadlines of an exchange that begins now, with its wait for a connection. */
export function deadlinesFromNow(abandonAfterMs: number): Deadlines {
  const now = performance.now()
  return { leaveBy: now + abandonAfterMs * LATEST_DEPARTURE, endBy: now + abandonAfterMs }
}

/** Runs something when a deadline has passed. */
export function runAt(deadline: number, run: () => void): NodeJS.Timeout {
  return setTimeout(run, Math.max(0, deadline - performance.now()))
}
