import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KEYS } from '../support/broker.ts'
import { importBody, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { runAt } from './run.ts'
import { cliWorld } from './world.ts'

const { world, broker } = await cliWorld()
const run = runAt(broker)
const grants = Array.from({ length: 3 }, () => world.bank.startGrant({ consentValidityMs: 80 * 86_400_000 }))
const [first, second, third] = grants.map((grant, index) =>
  importBody(grant, { owner: 'ledger', customer_reference: `customer-${index}` }),
)
const lines = (...items: unknown[]) => items.map((item) => JSON.stringify(item)).join('\n')
const idsIn = (out: string) => out.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g)

t.test('one a line, from a pipe: each is reported, and one that is wrong stops none', async (t) => {
  const input = lines(first, { ...second, scope: 'x' }, third)
  const done = await run('consents import --file -', { input })
  t.match(done, { exit: 1, out: /^1: \S+ pending customer-0\n3: \S+ pending customer-2\n$/ })
  t.match(done.err, /^2: refused\. .*scope.* \(invalid_request, request \S+\)\n2 imported, 1 refused\.\n$/)
  await Promise.all((idsIn(done.out) ?? []).map((id) => untilStatus(broker, id, 'active')))

  const again = await run('consents import --file -', { input: lines(first, second, third) })
  t.match(again, { exit: 0, err: '3 imported, 0 refused.\n' })
  t.match(idsIn(again.out), [idsIn(done.out)?.[0], /./, idsIn(done.out)?.[1]], 'run again it makes none anew')
  t.strictSame(world.bank.ledger.presentedMoreThan(1), [])
  for (const { refresh_token } of grants)
    t.notOk(`${done.out}${done.err}${again.out}`.includes(refresh_token))
})

t.test('an array in a file, for scripts; and it stops where it is told to', async (t) => {
  const file = join(t.testdir({}), 'chains.json')
  await writeFile(file, `\ufeff${JSON.stringify([{ ...first, expires_at: 'soon' }, third])}`, { mode: 0o600 })
  const done = await run(`consents import --file ${file} --json`)
  t.match(done, { exit: 1, err: '' })
  t.match(done.json(), [
    { item: 1, problem: { code: 'invalid_request' } },
    { item: 2, consent: { customer_reference: 'customer-2' } },
  ])
  await writeFile(join(t.testdirName, 'open.json'), JSON.stringify([{ ...first, scopes: [] }, third]))
  const stopped = await run(`consents import --stop --file ${t.testdirName}/open.json`)
  t.match(stopped, { exit: 1, out: '' })
  t.match(stopped.err, /open\.json holds refresh tokens, and anybody on this machine can read it\.\n/)
  t.match(stopped.err, /0 imported, 1 refused, 1 left: run this again once that is mended\.\n$/)
})

t.test('what every item would meet ends it at the first', async (t) => {
  const input = lines(first, third)
  const forbidden = await run('consents import --file -', { input, as: 'ledger' })
  t.match(forbidden, { exit: 1, out: '', err: /^0 imported, 0 refused, 2 left: .*\n.*\(forbidden, request / })
  const away = { TOKEN_BROKER_URL: 'http://127.0.0.1:1' }
  t.match(await run('consents import --file -', { input, env: away }), {
    exit: 1,
    err: /2 left[\s\S]*ECONNREFUSED/,
  })
  const none = await run('consents import --file -', { input: ' \n' })
  t.match(none, { exit: 2, err: /^There is nothing in it to import\.\n/ })
})

t.test('what comes too fast is sent again later, and Ctrl-C ends the waiting', async (t) => {
  const slow = await world.startBroker({ PUBLIC_PORT: '0', CALLER_MAX_PER_SECOND: '1' })
  const input = lines(first, second)
  const done = await runAt(slow)('consents import --file -', { input })
  t.match(done, { exit: 0, err: '2 imported, 0 refused.\n' })
  const stop = new AbortController()
  const cut = runAt(slow)('consents import --file -', {
    input: lines(...Array(50).fill(first)),
    signal: stop.signal,
  })
  stop.abort()
  t.match(await cut, { exit: 130, err: /50 left: run this again[\s\S]*\nInterrupted\.\n$/ })
  t.notMatch(done.out + done.err, KEYS.ops)
})
