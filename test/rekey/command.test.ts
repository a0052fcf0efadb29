import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createWorld } from '../support/broker.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { writeRings } from './rings.ts'
import { runRekey } from './run-command.ts'
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
