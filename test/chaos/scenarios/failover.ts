import { setTimeout as sleep } from 'node:timers/promises'
import type { Part } from '../parts.ts'
import { startStandby } from '../support/standby.ts'
import { noneLost } from './expectations.ts'

const READ_ONLY_MS = 1_000

let timeline = 1

/** The primary dies under load; its synchronous standby takes its place, read-only at first, on a new timeline. */
export const failover: Part = {
  name: 'failover',
  world: () => ({}),
  callers: () => 4,
  play: async (world, { ttlSeconds }, scope) => {
    const { database, proxies, disturbances } = world
    const standby = await startStandby(scope, database)
    await sleep((ttlSeconds / 4) * 1_000)
    const disturbance = disturbances.begin('postgres: failover')
    await database.stop('kill -9')
    world.leadToDatabase(standby.port)
    for (const proxy of proxies) proxy.cut()
    await sleep(READ_ONLY_MS)
    await standby.promote()
    disturbances.end(disturbance)
    await sleep((ttlSeconds / 2) * 1_000)
    timeline = await standby.timeline()
  },
  expect: (found) => [
    noneLost(found),
    { what: 'the timeline after it', figure: timeline, reach: '2', holds: timeline === 2 },
  ],
}
