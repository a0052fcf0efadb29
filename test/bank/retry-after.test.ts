import t from 'tap'
import { retryAfterMs } from '../../src/bank/retry-after.ts'

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
