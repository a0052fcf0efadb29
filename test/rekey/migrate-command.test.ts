import t from 'tap'
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { runMigrate } from './run-command.ts'

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
  t.match(await runMigrate({ DATABASE_URL: url }), { exitCode: 0, stdout: /^Applied 0001_/, stderr: '' })
})
