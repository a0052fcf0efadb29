import fc from 'fast-check'
import {
  accessExpiresAt,
  backoffMs,
  demandedValidityMs,
  type RefreshTimes,
  refreshDueAt,
  refreshMarginMs,
} from '../../src/core/tokens.ts'
import { createUsage } from '../../src/core/usage.ts'
import { t } from '../support/parts.ts'

const HOUR_MS = 3_600_000
const TIMES: RefreshTimes = { marginMs: 300_000, idleAfterMs: 72 * HOUR_MS, keepaliveMs: 24 * HOUR_MS }
const obtainedAt = new Date('2026-11-22T12:00:00Z')

function dueAfterMs(ttlMs: number, chance: number, idleMs = 0): number {
  const lastAskedAt = new Date(obtainedAt.getTime() - idleMs)
  const dueAt = refreshDueAt({ obtainedAt, ttlMs, lastAskedAt, times: TIMES, chance })
  return dueAt.getTime() - obtainedAt.getTime()
}

t.test('due at obtained + ttl − margin, less a jitter of at most 10 % of ttl', async (t) => {
  t.equal(dueAfterMs(2 * HOUR_MS, 0), 2 * HOUR_MS - 300_000)
  t.equal(dueAfterMs(2 * HOUR_MS, 1), 2 * HOUR_MS - 300_000 - 720_000)
  t.equal(dueAfterMs(600_000, 0), 480_000, 'a fifth of ten minutes is less than the margin')
  t.equal(dueAfterMs(1_000, 0.5), 750)
})

t.test('a consent nobody asked for is only kept alive', async (t) => {
  t.equal(dueAfterMs(2 * HOUR_MS, 0, 72 * HOUR_MS), 24 * HOUR_MS)
  t.equal(dueAfterMs(2 * HOUR_MS, 1, 72 * HOUR_MS), 24 * HOUR_MS * 0.9)
  t.equal(dueAfterMs(2 * HOUR_MS, 0, 72 * HOUR_MS - 1), 2 * HOUR_MS - 300_000)
  t.equal(dueAfterMs(48 * HOUR_MS, 0, 73 * HOUR_MS), 48 * HOUR_MS - 300_000, 'never sooner than one in use')
})

t.test('a token in use is due within its life, whatever its life and the chance', async () => {
  const ttl = fc.integer({ min: 1, max: 90 * 24 * HOUR_MS })
  fc.assert(
    fc.property(ttl, fc.double({ min: 0, max: 1, noNaN: true }), (ttlMs, chance) => {
      const afterMs = dueAfterMs(ttlMs, chance)
      return afterMs <= ttlMs && afterMs >= 0.7 * ttlMs - 1
    }),
  )
})

t.test('the margin is at most a fifth of the life', async (t) => {
  t.equal(refreshMarginMs(2 * HOUR_MS, 300_000), 300_000)
  t.equal(refreshMarginMs(100_000, 300_000), 20_000)
})

t.test('an access token ends with its life or with its consent', async (t) => {
  const end = new Date(obtainedAt.getTime() + 60_000)
  t.same(accessExpiresAt(obtainedAt, 7_200, null), new Date(obtainedAt.getTime() + 7_200_000))
  t.same(accessExpiresAt(obtainedAt, 7_200, end), end)
  t.same(accessExpiresAt(obtainedAt, 30, end), new Date(obtainedAt.getTime() + 30_000))
})

t.test('the validity demanded: default, caps, and the end of the consent', async (t) => {
  const demanded = (
    requestedSeconds: number | undefined,
    ttlSeconds: number,
    consentLeftSeconds: number | null,
  ) =>
    demandedValidityMs({
      requestedSeconds,
      obtainedAt,
      accessExpiresAt: new Date(obtainedAt.getTime() + ttlSeconds * 1_000),
      consentExpiresAt:
        consentLeftSeconds === null ? null : new Date(obtainedAt.getTime() + consentLeftSeconds * 1_000),
      marginMs: 300_000,
      now: obtainedAt,
    }) / 1_000
  t.equal(demanded(undefined, 7_200, null), 60)
  t.equal(demanded(undefined, 100, null), 20, 'the margin of a short life')
  t.equal(demanded(0, 7_200, null), 0)
  t.equal(demanded(600, 7_200, null), 600)
  t.equal(demanded(7_000, 7_200, null), 5_760, 'at most 80 % of its life')
  t.equal(demanded(600, 7_200, 45), 45, 'at most to the end of the consent')
})

t.test('the back-off doubles to a minute, with full jitter', async (t) => {
  t.same(
    [0, 1, 2, 3, 7, 100].map((failures) => backoffMs(failures, 1)),
    [500, 1_000, 2_000, 4_000, 60_000, 60_000],
  )
  t.equal(backoffMs(5, 0), 0)
  t.equal(backoffMs(5, 0.5), 8_000)
})

function setUp(idleAfterMs: number) {
  const state = { nowMs: 0, down: false, touched: [] as string[][] }
  const consents = {
    touch: async (ids: readonly string[]) => {
      if (state.down) throw new Error('down')
      state.touched.push([...ids])
    },
  }
  const clock = { monotonicMs: () => state.nowMs, now: () => new Date(state.nowMs) }
  const ports = { consents, clock } as unknown as Parameters<typeof createUsage>[0]
  return { state, usage: createUsage(ports, { idleAfterMs }) }
}

t.test('a consent is noted once an hour, however often it is asked for', async (t) => {
  const { state, usage } = setUp(72 * 3_600_000)
  for (const id of ['a', 'a', 'b']) usage.asked(id)
  await usage.flush()
  usage.asked('a')
  await usage.flush()
  t.same(state.touched, [['a', 'b']])
  state.nowMs = 3_600_000
  usage.asked('a')
  await usage.flush()
  t.same(state.touched.at(-1), ['a'])
})

t.test('more often where consents count as idle sooner', async (t) => {
  const { state, usage } = setUp(4_000)
  for (state.nowMs = 0; state.nowMs < 3_000; state.nowMs += 500) {
    usage.asked('a')
    await usage.flush()
  }
  t.equal(state.touched.length, 3)
})

t.test('a note that could not be written is written later', async (t) => {
  const { state, usage } = setUp(72 * 3_600_000)
  usage.asked('a')
  state.down = true
  await t.rejects(usage.flush())
  state.down = false
  await usage.flush()
  t.same(state.touched, [['a']])
})
