// `npm run test:postgres`: the tests of what is stored, on other PostgreSQLs than npm's, and through PgBouncer.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { WITHOUT_PGBOUNCER } from '../support/pgbouncer.ts'

const SUBJECTS = [
  'store',
  'database',
  'rotation',
  'hand-out',
  'flow',
  'audit',
  'erasure',
  'rekey',
  'postgres',
]
/** What CI has the time for: migrations, statements, claims, a database in trouble, the pooler. */
const SHORT = ['test/store/*.test.ts', 'test/database/*.test.ts', 'test/postgres/*.test.ts']
const DEBIAN = '/usr/lib/postgresql/*/bin'

interface Round {
  readonly name: string
  readonly env: Record<string, string>
}

/** Each server that is there, straight and through PgBouncer; npm's straight is what `npm test` runs. */
function planRounds(short: boolean): Round[] {
  const servers = findServers().map((bin) => ({
    name: `PostgreSQL at ${bin}`,
    env: { TEST_POSTGRES_BIN: bin },
  }))
  const npms: Round = { name: "npm's PostgreSQL", env: {} }
  if (WITHOUT_PGBOUNCER !== null) {
    console.log(`Nothing runs through PgBouncer: ${WITHOUT_PGBOUNCER}.`)
    return servers
  }
  const pooled = [...servers, npms].map(({ name, env }) => ({
    name: `${name}, through PgBouncer`,
    env: { ...env, TEST_PGBOUNCER: 'on' },
  }))
  return short ? pooled.slice(0, 1) : [...servers, ...pooled]
}

function findServers(): string[] {
  const { TEST_POSTGRES_BIN: bin = '' } = process.env
  return (bin === '' ? globSync(DEBIAN) : [bin]).filter((folder) => existsSync(`${folder}/postgres`)).sort()
}

async function run({ name, env }: Round, files: readonly string[]): Promise<boolean> {
  console.log(`\n== ${name}`)
  const args = ['--jobs=2', '--timeout=600', '--reporter=terse', ...files]
  const child = spawn('tap', args, { env: { ...process.env, ...env }, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0
}

const short = process.argv.includes('--short')
const files = short ? SHORT : SUBJECTS.map((subject) => `test/${subject}/*.test.ts`)
const rounds = planRounds(short)
if (rounds.length === 0)
  console.log('There is no other PostgreSQL: install one, or name its programs by TEST_POSTGRES_BIN.')
for (const round of rounds) if (!(await run(round, files))) process.exitCode = 1
