import t from 'tap'
import { createUsage } from '../../src/core/usage.ts'

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
