import { createRate } from '../../src/core/rate.ts'
import { createSlots } from '../../src/core/slots.ts'
import { t } from '../support/parts.ts'

/** A clock whose time passes only in `sleep`; one that stands still sleeps until it is woken. */
function fakeClock({ passes }: { passes: boolean }) {
  const state = { nowMs: 0 }
  const sleep = async (ms: number, signal?: AbortSignal) => {
    if (passes) state.nowMs += ms
    else if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve))
  }
  return { state, monotonicMs: () => state.nowMs, sleep }
}

function setUp({ passes = true } = {}) {
  const clock = fakeClock({ passes })
  return { clock, slots: createSlots({ maxConcurrency: 5, rate: createRate(1, clock) }) }
}

t.test('a look for work that finds nothing costs no call', async (t) => {
  const { clock, slots } = setUp()
  for (const release of slots.takeFree(100)) release()
  const release = await slots.acquire()
  t.equal(clock.state.nowMs, 0)
  release()
  await slots.changed()
  t.equal(clock.state.nowMs, 1_000, 'a call does')
})

t.test('a caller goes before work that has been looked for and not begun', async (t) => {
  const { clock, slots } = setUp()
  const [slot] = slots.takeFree(1)
  await slots.acquire()
  t.equal(clock.state.nowMs, 0)
  await slot?.begin()
  t.equal(clock.state.nowMs, 1_000)
  slot?.()
  t.equal(slots.takeFree(1).length, 0, 'what was begun is spent')
  await slots.changed()
  t.equal(slots.takeFree(1).length, 1)
})

t.test('all who ask when a slot is free share one watch, while it lasts', async (t) => {
  const slots = createSlots({ maxConcurrency: 1, rate: createRate(0, fakeClock({ passes: true })) })
  const release = await slots.acquire()
  const watch = slots.changed()
  t.equal(slots.changed(), watch)
  release()
  await watch
  t.not(slots.changed(), watch)
})

t.test('once stopped nobody waits, and nothing is free', async (t) => {
  const { slots } = setUp({ passes: false })
  const waiting = Array.from({ length: 8 }, () => slots.acquire())
  slots.stop()
  const releases = await Promise.all([...waiting, slots.acquire()])
  for (const release of releases) release()
  t.equal(slots.takeFree(1).length, 0)
  t.ok(slots.stopped())
})
