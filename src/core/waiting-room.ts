import { CrowdedError } from './errors.ts'

/** Waits for something; raises `bank_unavailable` where too many wait already. */
export type WaitingRoom = <T>(wait: () => Promise<T>) => Promise<T>

export function createWaitingRoom(mostWaiting: number): WaitingRoom {
  let waiting = 0
  return async (wait) => {
    if (waiting >= mostWaiting) throw new CrowdedError()
    waiting += 1
    try {
      return await wait()
    } finally {
      waiting -= 1
    }
  }
}
