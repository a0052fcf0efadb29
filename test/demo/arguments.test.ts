import t from 'tap'
import { helpText, readArguments } from '../../src/demo/arguments.ts'

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
