import t from 'tap'
import { describeSettings, NOT_YET, readSettings, settingsTable } from '../../src/config.ts'
import { ENV } from './fixtures.ts'

const settings = describeSettings()

t.test('every setting says in a sentence what it is for', async (t) => {
  for (const { name, description } of settings) t.match(description, /^[A-Z`].*\.$/, name)
})

t.test('every default is a value that may be set', async (t) => {
  const defaults = settings.flatMap((setting) =>
    setting.default === null ? [] : [[setting.name, setting.default]],
  )
  const { warnings: _, ...spelledOut } = readSettings({ ...ENV, ...Object.fromEntries(defaults) })
  const { warnings: __, ...leftOut } = readSettings(ENV)
  t.same(spelledOut, leftOut)
})

t.test('the table has a row for each setting, and says which are required or idle', async (t) => {
  const rows = settingsTable().trimEnd().split('\n')
  t.equal(rows.length, settings.length + 2)
  t.ok(rows.includes('| `BANK_TIMEOUT` | `10s` | How long a caller waits for the bank. |'))
  t.ok(rows.includes('| `BANK_CLIENT_ID` | required | The client id that the bank gave. |'))
  t.equal(rows.filter((row) => row.endsWith(' Not used yet. |')).length, NOT_YET.length)
  t.notOk(rows.some((row) => row.split('|').length !== 5))
})
