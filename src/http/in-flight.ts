import type { ServerResponse } from 'node:http'

/** The requests of a listener that are not over yet. */
export interface InFlight {
  /** Those whose answer has not left, in the order they came. */
  readonly unanswered: ReadonlySet<ServerResponse>
  /** These, and those that are still worked at although their client has left: it costs as much. */
  count(): number
  begin(answer: ServerResponse): void
  /** Its body is there and its handler is called. */
  work(answer: ServerResponse): void
  /** The handler has its answer, or its error. */
  workDone(answer: ServerResponse): void
}

export function createInFlight(): InFlight {
  const unanswered = new Set<ServerResponse>()
  const workedAt = new Set<ServerResponse>()
  const all = new Set<ServerResponse>()

  function closed(answer: ServerResponse): void {
    unanswered.delete(answer)
    if (!workedAt.has(answer)) all.delete(answer)
  }

  return {
    unanswered,
    count: () => all.size,
    begin: (answer) => {
      unanswered.add(answer)
      all.add(answer)
      answer.once('close', () => closed(answer))
    },
    work: (answer) => {
      workedAt.add(answer)
      all.add(answer)
    },
    workDone: (answer) => {
      workedAt.delete(answer)
      if (!unanswered.has(answer)) all.delete(answer)
    },
  }
}
