import { createRate } from '../../src/core/rate.ts'
import { createSlots } from '../../src/core/slots.ts'
import { t } from '../support/parts.ts'

/** A clock whose time passes only in `sleep`. */
function fakeClock() {
  const clock = { nowMs: 0, slept: [] as number[] }
  return {
    state: clock,
    monotonicMs: () => clock.nowMs,
    sleep: async (ms: number) => {
      clock.slept.push(ms)
      clock.nowMs += ms
    },
  }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

t.test('no more at once than allowed; a release hands its slot on in order', async (t) => {
  const slots = createSlots({ maxConcurrency: 2, rate: createRate(0, fakeClock()) })
  const order: string[] = []
  const acquire = async (name: string) => {
    const release = await slots.acquire()
    order.push(name)
    return release
  }
  const [first] = await Promise.all([acquire('a'), acquire('b')])
  const [third, fourth] = [acquire('c'), acquire('d')]
  await tick()
  t.same(order, ['a', 'b'])
  first()
  first()
  await third
  await tick()
  t.same(order, ['a', 'b', 'c'], 'a release counts once')
  ;(await third)()
  await fourth
  t.same(order, ['a', 'b', 'c', 'd'])
})

t.test('the background takes only what is free, and nothing while a caller waits', async (t) => {
  const slots = createSlots({ maxConcurrency: 3, rate: createRate(0, fakeClock()) })
  const caller = await slots.acquire()
  const taken = slots.takeFree(10)
  t.equal(taken.length, 2)
  t.equal(slots.takeFree(10).length, 0)
  const waiting = slots.acquire()
  taken[0]?.()
  t.equal(slots.takeFree(10).length, 0, 'the slot went to the caller')
  const last = await waiting
  const changed = slots.changed()
  caller()
  await changed
  t.equal(slots.takeFree(10).length, 1)
  last()
})

t.test('calls are spaced by the rate, callers and background alike', async (t) => {
  const clock = fakeClock()
  const slots = createSlots({ maxConcurrency: 100, rate: createRate(10, clock) })
  for (let call = 0; call < 3; call += 1) await slots.acquire()
  t.same(clock.state.slept, [100, 100])
  t.equal(slots.takeFree(10).length, 0)
  await slots.changed()
  t.equal(clock.state.nowMs, 300)
  t.equal(slots.takeFree(10).length, 1, 'one, as soon as its time has come')
  t.equal(slots.takeFree(10).length, 0)
})

t.test('slots of two kinds share the rate they are given', async (t) => {
  const clock = fakeClock()
  const rate = createRate(10, clock)
  const [refreshes, grants] = [1, 2].map(() => createSlots({ maxConcurrency: 100, rate }))
  await refreshes?.acquire()
  await grants?.acquire()
  await refreshes?.acquire()
  t.equal(clock.monotonicMs(), 200)
})

t.test('a window begins with one call, grows by one a success, and falls to one', async (t) => {
  const slots = createSlots({ maxConcurrency: 3, rate: createRate(0, fakeClock()), slowStart: true })
  const held = slots.takeFree(10)
  t.equal(held.length, 1)
  const waiting = slots.acquire()
  slots.grow()
  const second = await waiting
  slots.grow()
  slots.grow()
  t.equal(slots.window(), 3, 'never beyond the limit')
  t.equal(slots.takeFree(10).length, 1)
  slots.shrink()
  second()
  t.equal(slots.takeFree(10).length, 0, 'what is in flight counts')
})

t.test('callers who keep coming leave every fourth slot to the background', async (t) => {
  const slots = createSlots({ maxConcurrency: 1, rate: createRate(0, fakeClock()) })
  const first = await slots.acquire()
  const order: string[] = []
  const calling = Array.from({ length: 7 }, async () => {
    const release = await slots.acquire()
    order.push('caller')
    release()
  })
  const background = async () => {
    await slots.changed()
    const [slot] = slots.takeFree(5)
    order.push(slot === undefined ? 'nothing' : 'background')
    slot?.()
  }
  const taking = background()
  await tick()
  first()
  await Promise.all([...calling, taking])
  t.same(order.slice(0, 5), ['caller', 'caller', 'caller', 'background', 'caller'])
})

t.test('a turn kept for the background is none once the window has fallen', async (t) => {
  const slots = createSlots({ maxConcurrency: 5, rate: createRate(0, fakeClock()), slowStart: true })
  for (let count = 1; count < 5; count += 1) slots.grow()
  const held = await Promise.all(Array.from({ length: 5 }, () => slots.acquire()))
  const waiting = Array.from({ length: 6 }, () => slots.acquire())
  slots.changed()
  await tick()
  for (const release of held) {
    release()
    await tick()
  }
  slots.shrink()
  t.equal(slots.takeFree(1).length, 0, 'what is in flight is more than the window already')
  slots.stop()
  await Promise.all(waiting)
})
