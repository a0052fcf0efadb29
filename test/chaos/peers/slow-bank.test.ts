import t from 'tap'
import { spendAtSlowBank } from '../../peers/slow-bank.ts'
import { createWorld } from '../../support/broker.ts'
import { startMain } from '../../support/main-process.ts'
import { connectSql } from '../../support/sql.ts'

const BANK_SECONDS = process.env.CHAOS === 'short' ? [12] : [12, 60]
const PROCESSES = 3

t.jobs = BANK_SECONDS.length
t.setTimeout(180_000)

for (const seconds of BANK_SECONDS) {
  t.test(`bank slower (${seconds} s) than any lock, ${PROCESSES} processes: one spend`, async (t) => {
    const env = { INTERNAL_PORT: '0', PUBLIC_PORT: '0' }
    const { bank, databaseUrl, ...world } = await createWorld(t, { env })
    const started = Array.from({ length: PROCESSES }, () => startMain(t, world.env).untilReady())
    const brokers = await Promise.all(started)
    const sql = connectSql(t, databaseUrl)
    await spendAtSlowBank(t, { bank, sql, brokers, bankMs: seconds * 1_000 })
  })
}
