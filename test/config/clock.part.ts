import { getEventListeners } from 'node:events'
import { systemClock } from '../../src/clock.ts'
import { followDatabase } from '../../src/clock-follow.ts'
import { createSkewRecord } from '../../src/clock-skew.ts'
import { t } from '../support/parts.ts'

t.test('time goes on and never back', async (t) => {
  const [now, mark] = [systemClock.now().getTime(), systemClock.monotonicMs()]
  await systemClock.sleep(15)
  t.ok(systemClock.monotonicMs() - mark >= 14)
  t.ok(systemClock.now().getTime() >= now)
  t.ok(systemClock.chance() >= 0 && systemClock.chance() < 1)
})

t.test('a sleep ends at once when it is aborted, without raising', async (t) => {
  const abort = new AbortController()
  const mark = systemClock.monotonicMs()
  const sleep = systemClock.sleep(60_000, abort.signal)
  abort.abort(new Error('shutting down'))
  await sleep
  t.ok(systemClock.monotonicMs() - mark < 1_000)
})

t.test('an aborted signal allows no sleep at all', async (t) => {
  const mark = systemClock.monotonicMs()
  await systemClock.sleep(60_000, AbortSignal.abort())
  t.ok(systemClock.monotonicMs() - mark < 1_000)
})

t.test('a thousand sleeps leave no listener on their signal', async (t) => {
  const { signal } = new AbortController()
  await Promise.all(Array.from({ length: 1_000 }, () => systemClock.sleep(1, signal)))
  t.equal(getEventListeners(signal, 'abort').length, 0)
})

t.test('a sleep too long for a timer does not end at once', async (t) => {
  const abort = new AbortController()
  const sleep = systemClock.sleep(90 * 86_400_000, abort.signal).then(() => 'ended')
  t.equal(await Promise.race([sleep, systemClock.sleep(30).then(() => 'asleep')]), 'asleep')
  abort.abort()
  t.equal(await sleep, 'ended')
})

/** The machine's wall clock, its monotonic one, and the database's, each in milliseconds. */
function setUp() {
  const at = { wallMs: 5_000_000, monotonicMs: 300 }
  const own = { ...systemClock, now: () => new Date(at.wallMs), monotonicMs: () => at.monotonicMs }
  const clock = followDatabase(own)
  const pass = (ms: number) => {
    at.wallMs += ms
    at.monotonicMs += ms
  }
  const follow = (databaseMs: number) => clock.follow(new Date(databaseMs), at.monotonicMs)
  return { at, clock, pass, follow, nowMs: () => clock.now().getTime() }
}

t.test('before the first reading it is the own clock', async (t) => {
  const { nowMs, pass } = setUp()
  t.equal(nowMs(), 5_000_000)
  pass(70)
  t.equal(nowMs(), 5_000_070)
})

for (const aheadMs of [600_000, -600_000, 1_001, -1_001]) {
  t.test(`a clock ${aheadMs} ms ahead follows the database's`, async (t) => {
    const { clock, follow, nowMs, pass } = setUp()
    t.equal(follow(5_000_000 - aheadMs), aheadMs)
    t.equal(nowMs(), 5_000_000 - aheadMs)
    pass(9_000)
    t.equal(nowMs(), 5_009_000 - aheadMs)
    t.equal(clock.monotonicMs(), 9_300, 'monotonic time is left alone')
  })
}

t.test('one that is off by no more than a reading may be is left alone', async (t) => {
  const { follow, nowMs } = setUp()
  t.equal(follow(5_000_900), -900)
  t.equal(nowMs(), 5_000_000)
})

t.test('a reading under way counts from its middle', async (t) => {
  const { clock, nowMs, pass } = setUp()
  pass(400)
  t.equal(clock.follow(new Date(8_000_200), 500), 5_000_200 - 8_000_200)
  t.equal(nowMs(), 8_000_400)
})

t.test('a wall clock that is set meanwhile makes no difference', async (t) => {
  const { at, follow, nowMs } = setUp()
  follow(5_000_000)
  at.wallMs += 3_600_000
  t.equal(nowMs(), 5_000_000, 'set wrong')
  follow(5_000_000)
  at.wallMs -= 3_600_000
  t.equal(nowMs(), 5_000_000, 'set right')
})

t.test('a skew is shown, warned of once, and told to be well again', async (t) => {
  const told: string[] = []
  const gauges = new Map<string, number>()
  const skew = createSkewRecord({
    log: { warn: () => told.push('warn'), info: () => told.push('info') } as never,
    gauge: (against, seconds) => void gauges.set(against, seconds),
  })
  t.same(skew.current(), { database: null, bank: null })
  skew.report('database', 1_999)
  t.same(told, [])
  for (const aheadMs of [2_001, 9_000, -9_000]) skew.report('database', aheadMs)
  t.same(told, ['warn'])
  t.same(skew.current(), { database: -9_000, bank: null })
  t.equal(gauges.get('database'), -9)
  skew.report('bank', -2_500)
  t.same(told, ['warn', 'warn'], 'each by itself')
  skew.report('database', 40)
  skew.report('database', 50)
  t.same(told, ['warn', 'warn', 'info'])
  skew.report('database', 5_000)
  t.same(told, ['warn', 'warn', 'info', 'warn'])
})
