import t from 'tap'
import { systemClock } from '../../src/clock.ts'
import { followDatabase } from '../../src/clock-follow.ts'

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
