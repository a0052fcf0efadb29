import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sealedPrefix } from '../../src/vault/index.ts'
import { untilBlocked } from '../store/fixtures.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts'
import { connectSession, connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { OLD, writeRings } from './rings.ts'
import { runAuditVerify, runMigrate, runRekey, startRekey } from './run-command.ts'
import { registeredKids } from './stored.ts'

t.test('what is missing is told in whole sentences, all at once', async (t) => {
  const run = await runRekey({})
  t.equal(run.exitCode, 1)
  t.strictSame(run.stderr.trim().split('\n'), [
    'DATABASE_URL is missing; a right value is postgresql://broker:password@db.example.nl:5432/broker.',
    'ENCRYPTION_KEYS_FILE is missing; a right value is /etc/token-broker/keys.json.',
  ])
})

t.test('a ring, a schema or a database that is of no use is told in a sentence', async (t) => {
  const rings = await writeRings(t)
  const broken = join(t.testdirName, 'broken.json')
  await writeFile(broken, '{')
  const { url } = await createEmptyDatabase(t)
  const [noRing, noSchema, noDatabase] = await Promise.all([
    runRekey({ DATABASE_URL: url, ENCRYPTION_KEYS_FILE: broken }),
    runRekey({ DATABASE_URL: url, ENCRYPTION_KEYS_FILE: rings.old }),
    runRekey({ DATABASE_URL: 'postgres://x@127.0.0.1:1/x', ENCRYPTION_KEYS_FILE: rings.old }),
  ])
  t.match(noRing, { exitCode: 1, stderr: /^The encryption keys file .* is not JSON\.\n$/ })
  t.match(noSchema, { exitCode: 1, stderr: /^The database lacks the migrations .*"npm run migrate"/ })
  t.match(noDatabase, { exitCode: 1, stderr: /^The database cannot be used at the moment; .*\n$/ })
})

t.test('with nothing to do it says so, and a start with a wrong ring leaves no key behind', async (t) => {
  const rings = await writeRings(t)
  const world = await createWorld(t, { env: { ENCRYPTION_KEYS_FILE: rings.old } })
  const broker = await world.startBroker()
  const run = await runRekey({ DATABASE_URL: world.databaseUrl, ENCRYPTION_KEYS_FILE: rings.old })
  t.match(run, { exitCode: 0, stderr: '', stdout: /0 rows left\.\n$/ })
  await broker.stop()

  const strange = world.startBroker({ ENCRYPTION_KEYS_FILE: rings.new })
  await t.rejects(strange, { code: 'keys_unusable' })
  t.strictSame(await registeredKids(world.databaseUrl), ['2026-11'])
  t.ok(await world.startBroker(), 'the right ring still starts')
})

t.test('how a run that is not complete has ended is told, and that no key may leave', async (t) => {
  const rings = await writeRings(t)
  const world = await createWorld(t, { env: { ENCRYPTION_KEYS_FILE: rings.front } })
  await (await world.startBroker()).stop()
  const env = { DATABASE_URL: world.databaseUrl, ENCRYPTION_KEYS_FILE: rings.front }
  const [sql, session] = [connectSql(t, world.databaseUrl), connectSession(t, world.databaseUrl)]
  await sql(
    `insert into consents (id, bank, status, requested_scopes, owner, created_at, iban_sealed)
       values ('0b3f6f0c-5f0e-4d4c-9d7e-0f8f5a1f2c11', 'b', 'active', '{}', 'o', now(), $1)`,
    [`${sealedPrefix(OLD)}damaged`],
  )
  t.match(await runRekey(env), {
    exitCode: 1,
    stderr: /^consents: .+\nNot everything could be opened: keep every key in the ring, .+\n$/,
  })

  await session('begin')
  await session('lock table consents')
  const { child, run } = startRekey(env)
  await untilBlocked(sql)
  // Progress is told once a second at most.
  await waitFor('a second to pass', async () => {
    const waiting = `wait_event_type = 'Lock' and query_start < clock_timestamp() - interval '1 s'`
    const blocked = await sql(
      `select from pg_stat_activity where datname = current_database() and ${waiting}`,
    )
    return blocked.length === 1
  })
  child.kill('SIGTERM')
  await session('commit')
  const interrupted = await run
  t.match(interrupted.stdout, /\n {2}… consents: 1( of about \d+)? rows looked at, 0 re-sealed\n/)
  t.match(interrupted, {
    exitCode: 1,
    stderr: /\nInterrupted: .+ Keep every key in the ring until then\.\n$/,
  })
})

const MISSING = /^DATABASE_URL is missing; a right value is postgresql:\/\/\S+\.\n$/
const WRONG = /^DATABASE_URL must be a postgresql:\/\/ URL; a right value is postgresql:\/\/\S+\.\n$/
const TROUBLE = /^The database cannot be used at the moment; what it lacks is applied by the next run\.\n$/
const NO_DATABASE = /^The database that DATABASE_URL names does not exist\.\n$/
const NEWER = /^The database was migrated by a newer version \(9999_future\): .*\n$/

const { url } = await createTestDatabase(t)
await connectSql(t, url)(`insert into kysely_migration values ('9999_future', now()::text)`)

const REFUSED: readonly (readonly [what: string, url: string, stderr: RegExp])[] = [
  ['a blank URL', ' ', MISSING],
  ['a URL that is none', 'postgres://a:99999999/b', WRONG],
  ['a port where nobody listens', 'postgres://x@127.0.0.1:1/x', TROUBLE],
  ['a database that does not exist', new URL('/nowhere', url).href, NO_DATABASE],
  ['a newer schema', url, NEWER],
]

t.test('what stops a migration is told in one sentence', async (t) => {
  const runs = await Promise.all(REFUSED.map(([, url]) => runMigrate({ DATABASE_URL: url })))
  for (const [index, [what, , stderr]] of REFUSED.entries()) {
    t.match(runs[index], { exitCode: 1, stdout: '', stderr }, what)
  }
})

t.test('an empty database is brought up to date', async (t) => {
  const { url } = await createEmptyDatabase(t)
  t.match(await runMigrate({ DATABASE_URL: url }, '--help'), { exitCode: 0, stdout: /^Usage: /, stderr: '' })
  t.match(await runMigrate({ DATABASE_URL: url }), { exitCode: 0, stdout: /^Applied 0001_/, stderr: '' })
})

t.test('a word that a command does not know does nothing, and its usage is told', async (t) => {
  const env = { DATABASE_URL: url, ENCRYPTION_KEYS_FILE: '/nowhere' }
  for (const run of [runMigrate, runRekey, runAuditVerify]) {
    const [asked, unknown, extra] = await Promise.all([run({}, '-h'), run(env, '--dry-run'), run(env, 'now')])
    t.match(asked, { exitCode: 0, stdout: /^Usage: npm run /, stderr: '' })
    t.match(unknown, { exitCode: 1, stdout: '', stderr: /^Unknown option '--dry-run'\.\n\nUsage: npm run / })
    t.match(extra, { exitCode: 1, stdout: '', stderr: /^Unexpected argument 'now'\.\n\nUsage: npm run / })
  }
})
