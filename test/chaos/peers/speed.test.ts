import t from 'tap'
import { handOutBench } from '../../bench/hand-out.ts'
import { rotationBench } from '../../bench/rotation.ts'
import { median, type Row } from '../../bench/table.ts'
import { figure } from '../../peers/row.ts'

const SKIP = process.env.CHAOS === 'short' && 'speed is measured by the long form, and by npm run bench'

t.setTimeout(300_000)

const ROWS = { 'background refresh': rotationBench, 'handing out a fresh token': handOutBench }

for (const [name, bench] of Object.entries(ROWS)) {
  t.test(name, { skip: SKIP }, async (t) => {
    const rows = await bench({ teardown: t.teardown.bind(t), end: async () => {} })
    for (const row of rows) figure(t, name, toText(row))
    t.ok(
      rows.every(({ measured }) => measured.every((value) => value > 0)),
      'all was measured',
    )
  })
}

function toText({ bench, unit, measured, against }: Row): string {
  return `${bench}: ${median(measured).toFixed(1)} ${unit}, where bare code does ${median(against).toFixed(1)}`
}
