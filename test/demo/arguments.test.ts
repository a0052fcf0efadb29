import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t from 'tap'
import { OperatorError } from '../../src/core/errors.ts'
import { helpText, readArguments } from '../../src/demo/arguments.ts'
import { assertPortsUsable } from '../../src/demo/ports.ts'
import { isPortFree } from '../../src/demo/postgres-places.ts'
import { isOfWhatWasKept, StepError } from '../../src/demo/progress.ts'
import { freePort } from '../support/ports.ts'

t.test('needs nothing', async (t) => {
  const { folder, ...rest } = readArguments([], {})
  t.match(folder, /\/\.demo$/)
  t.same(rest, {
    once: false,
    verbose: false,
    help: false,
    ports: { internal: 8080, public: 8081, bank: 8082, postgres: 8083 },
    tokenLifetimeSeconds: 20,
  })
})

t.test('takes ports from flags before settings', async (t) => {
  const env = { INTERNAL_PORT: '9080', PUBLIC_PORT: '9081' }
  t.match(readArguments(['--public-port', '9181'], env), {
    ports: { internal: 9080, public: 9181, bank: 8082 },
  })
})

const wrong = [
  { words: ['--frob'], sentence: "Unknown option '--frob'." },
  { words: ['once'], sentence: "Unexpected argument 'once'." },
  { words: ['--bank-port', '0'], sentence: '--bank-port must be a whole number from 1 to 65535.' },
  { words: ['--token-lifetime', '1s'], sentence: '--token-lifetime must be a whole number from 5 to 7200.' },
  { words: ['--bank-port', '8081'], sentence: '--public-port and --bank-port are both 8081.' },
  { words: [], env: { PUBLIC_PORT: 'x' }, sentence: 'PUBLIC_PORT must be a whole number from 1 to 65535.' },
]
for (const { words, env = {}, sentence } of wrong) {
  t.test(`refuses ${JSON.stringify({ words, env })}`, async (t) => {
    t.throws(() => readArguments(words, env), { message: sentence })
  })
}

t.test('explains every flag', async (t) => {
  for (const flag of [
    'once',
    'verbose',
    'folder',
    'token-lifetime',
    'internal-port',
    'postgres-port',
    'help',
  ]) {
    t.match(helpText(), `--${flag}`)
  }
})

const FOREIGN = /from '[^']*\/(demo|practice-bank)\/|import\('[^']*\/(demo|practice-bank)\//

t.test('nothing the service is made of imports the demo or the practice bank', async (t) => {
  const cwd = new URL('../../src/', import.meta.url).pathname
  const files = globSync('**/*.ts', { cwd }).filter((file) => !/^(demo|practice-bank)\//.test(file))
  t.ok(files.includes('main.ts'))
  t.same(
    files.filter((file) => FOREIGN.test(readFileSync(`${cwd}${file}`, 'utf8'))),
    [],
  )
  t.match(readFileSync(`${cwd}demo/start.ts`, 'utf8'), FOREIGN, 'the pattern finds such an import')
})

const ANYBODY = 65_534
const PRIVILEGED = 443

// Below this number a port is for root alone; where there is no such line, for root as well as for us.
function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return 0
  }
}

async function asAnybody<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run()
  process.seteuid?.(ANYBODY)
  return run().finally(() => process.seteuid?.(0))
}

t.test('a port that is taken is called so, and others are offered', async (t) => {
  const [bank, internal] = [await freePort(), await freePort()]
  const server = createServer().listen(bank, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  t.notOk(await isPortFree(bank))
  await t.rejects(assertPortsUsable({ bank, internal }, ['bank', 'internal']), {
    message: new RegExp(
      `^Port ${bank} of 127.0.0.1, meant for the practice bank, is taken by another program.*` +
        ` End it, or choose otherwise: npm run demo -- --bank-port ${bank + 10_000}$`,
    ),
  })
  await assertPortsUsable({ internal }, ['internal'])
})

const skip = firstFreePort() <= PRIVILEGED && 'here anybody may listen there'

t.test('a port that is not for us is not called taken', { skip }, async (t) => {
  await asAnybody(() =>
    t.rejects(assertPortsUsable({ bank: PRIVILEGED }, ['bank']), {
      message:
        'Port 443 of 127.0.0.1, meant for the practice bank, cannot be listened on (EACCES).' +
        ' Choose otherwise: npm run demo -- --bank-port 10443',
    }),
  )
})

t.test('beginning anew is advised only where what was kept is at fault', async (t) => {
  const codes = ['keys_unusable', 'schema_unusable', 'settings_invalid', 'database_unusable'] as const
  const advised = codes.filter((code) =>
    isOfWhatWasKept(new StepError('broker', new OperatorError(code, 'x'))),
  )
  t.strictSame(advised, ['keys_unusable', 'schema_unusable'])
  t.notOk(isOfWhatWasKept(new StepError('broker', new Error('x'))))
})
