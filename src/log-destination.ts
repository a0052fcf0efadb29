import { pino } from 'pino'

export interface LogDestination {
  write(line: string): void
  /** Called once lines can be written again, with the number of those that were dropped. */
  onDropped(tell: (count: number) => void): void
}

/** What waits to be written: a reader that hangs must not fill the memory. */
const MOST_WAITING_BYTES = 8 * 2 ** 20
/** The end of the process waits no longer for a reader that hangs. */
const LAST_LINES_MS = 1_000

/**
 * Writes lines to an open file, and by itself: a disk that is full or a reader that is gone costs lines, never the
 * process, which may hold answers of the bank that are nowhere else.
 */
export function openLogDestination(fd: number, maxWaitingBytes = MOST_WAITING_BYTES): LogDestination {
  let dropped = 0
  let isFailing = false
  let givesUpAtMs = Number.POSITIVE_INFINITY
  const retryEAGAIN = () => performance.now() < givesUpAtMs
  const file = pino.destination({ dest: fd, sync: false, maxLength: maxWaitingBytes, retryEAGAIN })
  const flushAtExit = file.flushSync.bind(file)
  // Without a listener an error of the file would be one that nobody handles.
  file.on('error', () => {
    isFailing = true
  })
  file.on('write', () => {
    isFailing = false
  })
  file.on('drop', () => {
    dropped += 1
  })
  // It would try for ever to write what cannot be written.
  file.flushSync = () => {
    if (isFailing) return
    givesUpAtMs = performance.now() + LAST_LINES_MS
    try {
      flushAtExit()
    } catch {
      // Its reader hangs: the last lines are lost.
    } finally {
      givesUpAtMs = Number.POSITIVE_INFINITY
    }
  }
  return {
    write: (line) => void file.write(line),
    onDropped: (tell) => {
      file.on('drain', () => {
        const count = dropped
        dropped = 0
        if (count > 0) tell(count)
      })
    },
  }
}
