import { systemClock } from '../../src/clock.ts'
import { startService } from '../../src/compose.ts'
import { readSettings } from '../../src/config.ts'
import type { Clock } from '../../src/core/clock.ts'
import { startLiveness } from '../../src/core/liveness.ts'
import { createLogger } from '../../src/logger.ts'
import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { importActive } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const LONGEST_TURN_MS = 1_500
const HOUSEKEEPING_MS = [2_500, 5_000] as const

const world = await createWorld(t, { env: { BANK_TIMEOUT: '1s', PUBLIC_PORT: '0' } })
const sql = connectSql(t, world.databaseUrl)
const logged: string[] = []
/** Breaks the loop that keeps house, which alone sleeps for so long: its sleep never ends. */
let isBroken = false
const clock: Clock = {
  ...systemClock,
  sleep: (ms, signal) =>
    isBroken && signal !== undefined && ms >= HOUSEKEEPING_MS[0] && ms <= HOUSEKEEPING_MS[1]
      ? new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      : systemClock.sleep(Math.min(ms, 300), signal),
}
const service = await startService(readSettings(world.env), {
  clock,
  log: createLogger({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
  limits: { longestTurnMs: LONGEST_TURN_MS },
})
t.teardown(() => service.stop())
const livez = () => call(service, 'GET /livez')

t.test('a bank that hangs, canary and all, is no reason to end a process', async (t) => {
  const { id } = await importActive(service, world.bank)
  const { opened, open } = createGate()
  const action = { kind: 'wait', until: opened } as const
  const fault = world.bank.faults.add({ endpoint: 'token', times: null, action })
  await sql(`update consent_tokens set due_at = now() where consent_id = $1`, [id])
  await sql(`update bank_gates set closed_at = now(), close_reason = 'bank_failing', next_canary_at = now()`)
  await waitFor('a canary that hangs', () => fault.struck > 0)
  await systemClock.sleep(LONGEST_TURN_MS + 1_000)
  t.match(await livez(), { status: 200, body: { status: 'ok' } })
  open()
})

t.test('a loop that stands still is named, with the time it turned last; told once', async (t) => {
  isBroken = true
  const answer = await waitFor('it to stall', async () => {
    const found = await livez()
    return found.status === 503 ? found : null
  })
  t.match(answer.body, { status: 'stalled', loops: [{ name: 'housekeeping', since: /Z$/ }] })
  t.equal(answer.body.loops.length, 1)
  t.equal((await call(service, 'GET /readyz')).status, 200, 'it serves all the same')
  const told = () => logged.filter((line) => line.includes('stands still'))
  await waitFor('the log to tell', () => told().length > 0)
  t.match(told()[0], '"loop":"housekeeping"')
  await systemClock.sleep(1_000)
  t.equal(told().length, 1)
})

t.test('a process that was frozen is given time to turn', async (t) => {
  let nowMs = 0
  const wakes: (() => void)[] = []
  const frozen = {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    sleep: () => new Promise<void>((resolve) => void wakes.push(resolve)),
  }
  const liveness = startLiveness({
    clock: frozen,
    log: createLogger({ level: 'silent' }),
    longestTurnMs: 5_000,
  })
  const pulse = liveness.watch('gate')
  const pass = async (ms: number) => {
    nowMs += ms
    wakes.shift()?.()
    await new Promise(setImmediate)
  }
  await pass(3_600_000)
  t.same(liveness.stalled(), [], 'an hour in which nothing ran')
  for (let second = 0; second < 6; second += 1) await pass(1_000)
  t.same(liveness.stalled(), [{ name: 'gate', since: new Date(0) }])
  pulse.turned()
  t.same(liveness.stalled(), [])
  for (let second = 0; second < 6; second += 1) await pass(1_000)
  pulse.ended()
  t.same(liveness.stalled(), [], 'one that was told to end')
  const stopped = liveness.stop()
  await pass(1)
  await stopped
})
