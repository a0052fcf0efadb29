import t from 'tap'
import { createSkewRecord } from '../../src/clock-skew.ts'

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
