import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { goodPair, json, startHttp, until } from './support/servers.ts'

const token = new Secret('the-refresh-token')

t.test('a connection is used again at once, but not after it idled for a second', async (t) => {
  const { base, received } = await startHttp(t, (_, response) => json(response, 200, goodPair))
  const bank = bankAt(t, base)
  await bank.refresh(token)
  await bank.refresh(token)
  t.equal(received[1]?.socket, received[0]?.socket, 'again at once')
  // The whole process stands still, timers and all; only the age of the connection can tell.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_050)
  await bank.refresh(token)
  t.not(received[2]?.socket, received[0]?.socket, 'not after a second')
})

t.test('more requests than connections wait their turn', async (t) => {
  const open: (() => void)[] = []
  const { base, received, server } = await startHttp(t, (_, response) => {
    open.push(() => json(response, 200, goodPair))
  })
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  const bank = bankAt(t, base)
  const all = [1, 2, 3, 4].map(() => bank.refresh(token))
  const beside = bank.exchangeCode(new Secret('code'), new Secret('v'.repeat(43)))
  await until(() => received.length === 3)
  t.equal(open.length, 3, 'two refreshes and the code, which has connections of its own')
  while (received.length < 5) {
    const before = received.length
    open.shift()?.()
    await until(() => received.length > before || open.length === 0)
  }
  for (const answer of open) answer()
  for (const outcome of await Promise.all([...all, beside])) t.match(outcome, { kind: 'granted' })
  t.equal(connections, 3)
})

t.test('without a free connection in time nothing is sent', async (t) => {
  const { base, received } = await startHttp(t, () => {})
  const bank = bankAt(t, base, { maxConcurrency: 1, abandonAfterMs: 200 })
  const outcomes = await Promise.all([bank.refresh(token), bank.refresh(token)])
  t.strictSame(outcomes[0], { kind: 'uncertain', reason: 'abandoned' })
  t.strictSame(outcomes[1], { kind: 'not_processed', reason: 'no_free_connection', left: false })
  t.equal(received.length, 1)
})

t.test('closing waits for what is under way and takes nothing new', async (t) => {
  const answers: (() => void)[] = []
  const { base } = await startHttp(t, (_, response) => {
    answers.push(() => json(response, 200, goodPair))
  })
  const bank = bankAt(t, base)
  const underWay = bank.refresh(token)
  await until(() => answers.length === 1)
  const closing = bank.close()
  t.strictSame(await bank.refresh(token), {
    kind: 'not_processed',
    reason: 'no_free_connection',
    left: false,
  })
  answers[0]?.()
  t.match(await underWay, { kind: 'granted' })
  await closing
})
