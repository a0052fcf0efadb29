import { CONSENT_STATUSES } from '../../src/core/consent.ts'
import type { ConsentStore } from '../../src/core/consent-store.ts'
import { createManageWebhooks } from '../../src/core/manage-webhooks.ts'
import { createSummary, type StoreCounts } from '../../src/core/summary.ts'
import { t } from '../support/parts.ts'

/** A store of so many consents, whose counting takes as long as it is told; and a clock that goes on by hand. */
function setUp(active: number) {
  let [nowMs, counted] = [0, 0]
  const waiting: (() => void)[] = []
  const none = Object.fromEntries(CONSENT_STATUSES.map((status) => [status, 0]))
  const store: Pick<ConsentStore, 'count' | 'standing'> = {
    count: async () => {
      counted += 1
      await new Promise<void>((resolve) => waiting.push(resolve))
      const counts = { ...none, active } as StoreCounts['countsByStatus']
      return {
        countsByStatus: counts,
        due: 0,
        failing: 0,
        uncertain: 0,
        expiringWithin14Days: 0,
        endings: [],
      }
    },
    standing: async () => ({ oldestDueAt: null, hold: null }),
  }
  const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }
  const summary = createSummary(store, clock)
  const pass = (ms: number) => {
    nowMs += ms
  }
  return {
    ...{ pass, counted: () => counted },
    /** Asks, and lets the counting that it may cause take so long. */
    read: async (ms: number) => {
      const reading = summary.read()
      pass(ms)
      for (const end of waiting.splice(0)) end()
      return (await reading).countedAt.getTime()
    },
    readAll: async (times: number) => {
      const reading = Promise.all(Array.from({ length: times }, () => summary.read()))
      for (const end of waiting.splice(0)) end()
      return reading
    },
  }
}

t.test('few are counted each time', async (t) => {
  const { read, counted } = setUp(20_000)
  t.equal(await read(500), 0)
  t.equal(await read(1), 500)
  t.equal(counted(), 2)
})

t.test('of many, the counting takes a twentieth of the time at most', async (t) => {
  const { read, pass, counted } = setUp(20_001)
  await read(100)
  pass(1_999)
  t.equal(await read(0), 0, 'as it was counted')
  pass(1)
  t.equal(await read(10), 2_100)
  t.equal(counted(), 2)
})

t.test('who asks at once is given one count', async (t) => {
  const { readAll, counted } = setUp(1)
  t.equal((await readAll(50)).length, 50)
  t.equal(counted(), 1)
})

t.test('a count that fails is told, and the next one is made anew', async (t) => {
  let fails = true
  const store: Pick<ConsentStore, 'count' | 'standing'> = {
    count: async () => {
      if (fails) throw new Error('down')
      const counts = Object.fromEntries(CONSENT_STATUSES.map((status) => [status, 0]))
      return {
        countsByStatus: counts,
        due: 0,
        failing: 0,
        uncertain: 0,
        expiringWithin14Days: 0,
        endings: [],
      } as never
    },
    standing: async () => ({ oldestDueAt: null, hold: null }),
  }
  const summary = createSummary(store, { now: () => new Date(), monotonicMs: () => 0 })
  await t.rejects(summary.read(), { message: 'down' })
  fails = false
  t.match(await summary.read(), { due: 0 })
})

t.test('many webhooks are counted as seldom', async (t) => {
  let [nowMs, counted] = [0, 0]
  const webhooks = {
    summary: async () => {
      counted += 1
      nowMs += 100
      return { subscribers: 1, pending, dead: 0, oldestPendingAt: null }
    },
  } as never
  const clock = { monotonicMs: () => nowMs } as never
  let pending = 20_000
  const { summary } = createManageWebhooks({ webhooks, clock, log: {} as never })
  await summary()
  await summary()
  t.equal(counted, 2, 'few, each time')
  pending = 20_001
  await summary()
  nowMs += 1_999
  await summary()
  t.equal(counted, 3)
  nowMs += 1
  await summary()
  t.equal(counted, 4)
})
