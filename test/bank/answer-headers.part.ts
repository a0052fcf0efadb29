import { aheadOfServerMs } from '../../src/bank/server-clock.ts'
import { retryAfterMs } from '../../src/core/retry-after.ts'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { goodPair, json, startHttp } from './support/servers.ts'

const now = new Date('2026-11-22T12:00:00Z')
const rows: [string | null, number | null][] = [
  [null, null],
  ['', null],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['99999999999999999999', 3_600_000],
  ['Sun, 22 Nov 2026 12:00:10 GMT', 10_000],
  ['Sunday, 22-Nov-26 12:00:10 GMT', 10_000],
  ['Sun, 22 Nov 2020 12:00:00 GMT', 0],
  ['Sun, 22 Nov 2099 12:00:00 GMT', 3_600_000],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['Sun, nonsense', null],
]

for (const [value, expected] of rows) {
  t.equal(retryAfterMs(value, now), expected, `Retry-After: ${value}`)
}

const DATE = 'Sun, 22 Nov 2026 12:00:07 GMT'
const DATE_MS = Date.parse(DATE)

/** Sent 100 ms before and answered 300 ms after the bank's clock, read by ours, turned to the second. */
function ahead(skewMs: number, date: string | null = DATE): number | null {
  return aheadOfServerMs({ date, sentAtMs: 500, receivedAtMs: 900 }, DATE_MS - 600 + skewMs)
}

t.test('what the grain of a second and the time under way may account for is no skew', async (t) => {
  for (const skewMs of [0, 300, 1_000, 1_100, -300]) t.equal(ahead(skewMs), 0, `${skewMs} ms`)
})

t.test('beyond that, the least that accounts for the answer', async (t) => {
  t.equal(ahead(1_101), 1)
  t.equal(ahead(601_100), 600_000)
  t.equal(ahead(-301), -1)
  t.equal(ahead(-600_300), -600_000)
})

t.test('no date tells nothing', async (t) => {
  for (const date of [null, '', 'yesterday']) t.equal(ahead(0, date), null)
})

t.test('every token answer is held against our clock, refusals too', async (t) => {
  const dates: (string | undefined)[] = [DATE, DATE, 'nonsense', undefined]
  const { base } = await startHttp(t, (_, response) => {
    response.sendDate = false
    const date = dates.shift()
    if (date !== undefined) response.setHeader('date', date)
    if (dates.length === 2) json(response, 400, { error: 'invalid_grant' })
    else json(response, 200, goodPair)
  })
  const aheadMs: number[] = []
  const now = () => new Date(DATE_MS + 600_000)
  const bank = bankAt(t, base, { clockCheck: { now, report: (ms) => void aheadMs.push(ms) } })
  for (let calls = 0; calls < 4; calls += 1) await bank.refresh(new Secret('RT-0'))
  t.equal(aheadMs.length, 2)
  for (const ms of aheadMs) t.ok(ms <= 599_000 && ms > 590_000, `${ms} ms`)
})
