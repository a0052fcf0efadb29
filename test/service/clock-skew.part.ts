import { systemClock } from '../../src/clock.ts'
import { createRig } from '../rotation/fixtures.ts'
import { call } from '../support/api.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

/** Shorter than the clock is wrong. */
const LIFE_SECONDS = 300
const TEN_MINUTES_MS = 600_000

/** Nothing else than the looks at the database's clock takes ten seconds. */
const env = { BANK_TIMEOUT: '9s' }

/** A machine whose wall clock is off, and which looks at the database's again in no time. */
function wrongClock(aheadMs: number) {
  const off = { aheadMs }
  const clock = {
    ...systemClock,
    now: () => new Date(Date.now() + off.aheadMs),
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === 10_000 ? 20 : ms, signal),
  }
  return { off, clock }
}

for (const [where, aheadMs] of [
  ['ahead', TEN_MINUTES_MS],
  ['behind', -TEN_MINUTES_MS],
] as const) {
  t.test(`a replica whose clock is ten minutes ${where}`, async (t) => {
    const { off, clock } = wrongClock(aheadMs)
    const rig = await createRig(t, { clock, env, bank: { accessTokenTtlSeconds: LIFE_SECONDS } })
    const { bank, broker, consent, endToken, sql } = rig
    const [first, second] = [await consent(), await consent()]

    await t.test('hands out living tokens with their true life, and rotates once a lifetime', async (t) => {
      bank.ledger.clear()
      const [row] = await sql('select * from consent_tokens where consent_id = $1', [first.id])
      const lifeMs = row.due_at.getTime() - row.obtained_at.getTime()
      t.ok(lifeMs > 0.69 * LIFE_SECONDS * 1_000, 'the next rotation is far away')
      for (let reads = 0; reads < 5; reads += 1) {
        const { status, body } = await getToken(broker, first.id, { min_validity: 60 })
        t.match({ status, body }, { status: 200, body: { refresh_state: 'ok' } })
        t.equal(body.expires_at, row.access_expires_at.toISOString())
        const leftSeconds = (row.access_expires_at.getTime() - Date.now()) / 1_000
        t.ok(Math.abs(body.expires_in - leftSeconds) < 2, `${body.expires_in} s`)
      }
      t.equal(bank.ledger.count(), 0)
    })

    await t.test('hands out no token that has ended', async (t) => {
      const { body: before } = await getToken(broker, second.id)
      await endToken(second.id)
      await sql(`select pg_notify('consent_changed', $1)`, [second.id])
      const fresh = await waitFor('another token', async () => {
        const { status, body } = await getToken(broker, second.id)
        return status === 200 && body.access_token !== before.access_token && body
      })
      t.ok(fresh.expires_in > LIFE_SECONDS - 10 && fresh.expires_in <= LIFE_SECONDS, `${fresh.expires_in} s`)
    })

    await t.test('shows its skew and warns of it once, until its clock is well again', async (t) => {
      const skews = async () => (await call(broker, 'GET /v1/status', { as: 'ops' })).body.clock
      const seconds = aheadMs / 1_000
      const { database_skew_seconds, bank_skew_seconds } = await skews()
      t.ok(Math.abs(database_skew_seconds - seconds) < 1, `database: ${database_skew_seconds} s`)
      t.ok(Math.abs(bank_skew_seconds - seconds) < 3, `bank: ${bank_skew_seconds} s`)
      const { text } = await call(broker, 'GET /metrics')
      const [, gauge] = /^token_broker_clock_skew_seconds\{against="database"\} (\S+)$/m.exec(text) ?? []
      t.ok(Math.abs(Number(gauge) - seconds) < 1, `gauge: ${gauge} s`)
      t.match(text, `token_broker_clock_skew_seconds{against="bank"} ${bank_skew_seconds}`)
      t.equal(count('is skewed'), 2, 'once for each')
      off.aheadMs = 0
      await waitFor('it to be noticed', async () => Math.abs((await skews()).database_skew_seconds) < 1)
      t.equal((await getToken(broker, first.id)).status, 200, 'a clock that is set right disturbs nothing')
      t.equal(count('is well again'), 1)
    })

    function count(text: string): number {
      return broker.logged.filter((line) => line.includes(text)).length
    }
  })
}
