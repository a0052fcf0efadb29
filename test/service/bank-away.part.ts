import { createServer } from 'node:net'
import { systemClock } from '../../src/clock.ts'
import { readSettings } from '../../src/config.ts'
import { createLogger } from '../../src/logger.ts'
import { tellOfBank } from '../../src/tell-of-bank.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { freePort } from '../support/ports.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t)

/** Begins to look for a bank at a port, with waits cut short. */
function look(port: number) {
  const lines: Record<string, unknown>[] = []
  const log = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  })
  const env = { ...world.env, BANK_TOKEN_ENDPOINT: `http://127.0.0.1:${port}/token` }
  const looked = { times: 0 }
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => {
      looked.times += 1
      return systemClock.sleep(ms / 1_000, signal)
    },
  }
  const ending = new AbortController()
  return { lines, looked, ended: tellOfBank(readSettings(env), { clock, log }, ending.signal), ending }
}

t.test('a bank that is away at the start is told of once, and when it is there', async (t) => {
  const port = await freePort()
  const { lines, looked, ended } = look(port)
  await waitFor('it to look again', () => looked.times > 2)
  t.match(lines, [{ level: 'warn', reason: 'ECONNREFUSED', msg: /^the bank cannot be reached/ }])
  t.equal(lines.length, 1)
  let received = 0
  const bank = createServer((socket) => socket.on('data', (data) => (received += data.length)))
  await new Promise<void>((resolve) => bank.listen(port, '127.0.0.1', resolve))
  t.teardown(() => bank.close())
  await ended
  t.match(lines[1], { level: 'info', waitedMs: Number, msg: 'the bank can be reached' })
  t.equal(received, 0, 'it is sent nothing')
})

t.test('one that is there is no news, and an end ends it', async (t) => {
  const there = look(Number(new URL(world.bankUrl).port))
  await there.ended
  t.same(there.lines, [])
  const away = look(await freePort())
  await waitFor('the line', () => away.lines.length > 0)
  away.ending.abort()
  await away.ended
})
