import { getEventListeners } from 'node:events'
import t from 'tap'
import { systemClock } from '../../src/clock.ts'

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
