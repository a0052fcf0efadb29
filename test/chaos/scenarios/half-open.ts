import { setTimeout as sleep } from 'node:timers/promises'
import type { Part } from '../parts.ts'
import { noneLost } from './expectations.ts'

/** A little more than the statements' deadline, after which a broker must have given the connections up. */
const FROZEN_MS = 11_000

/** One broker's connections stay open and answer no more; nobody closes them. */
export const halfOpen: Part = {
  name: 'half-open',
  // Others must leave a holder alone until its statements have come to their deadline.
  world: () => ({ env: { SALVAGE_WAIT: '15s' } }),
  callers: () => 4,
  play: async ({ proxies: [proxy], disturbances }) => {
    const disturbance = disturbances.begin('database: one replica half-open')
    proxy?.freeze()
    await sleep(FROZEN_MS)
    disturbances.end(disturbance)
    // What is still open now stays so to the end: the brokers must have left it by themselves.
  },
  expect: (found) => [noneLost(found)],
}
