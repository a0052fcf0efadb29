// The settings of docker-compose.yml, with the secrets that it makes.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { readComposeFile, type Service } from '../../deploy/compose/compose-file.ts'
import { CALLERS, keyFile, makeSecrets } from '../../deploy/compose/make-secrets.ts'
import { ROOT } from '../../deploy/supply-chain/packages.ts'
import { parseCallers } from '../../src/callers/static-callers.ts'
import { duration } from '../../src/config/duration.ts'
import { describeSettings, readSettings } from '../../src/config.ts'
import { graceMs } from '../../src/grace.ts'
import { t } from '../support/parts.ts'

const { services } = readComposeFile()
const dockerfile = readFileSync(new URL('Dockerfile', ROOT), 'utf8')
const IMAGE_ENV = parseEnv((/^ENV (.*)$/m.exec(dockerfile)?.[1] ?? '').replaceAll(' ', '\n'))
const KNOWN: ReadonlySet<string> = new Set(['NODE_OPTIONS', ...describeSettings().map(({ name }) => name)])

const secrets = t.testdir({ database: {}, broker: {}, bank: {}, developer: {} })
const read = (path: string) => readFileSync(join(secrets, path), 'utf8')
await makeSecrets(secrets)

/** As the replica would read them, its files where this test has them. */
function settingsOf({ environment }: Service) {
  const env: NodeJS.Dict<string> = { ...IMAGE_ENV, ...environment, ...parseEnv(read('broker/broker.env')) }
  const moved = Object.entries(env).map(([name, value]) => {
    return [name, value?.replace(/^\/etc\/token-broker(?=\/)/, join(secrets, 'broker'))]
  })
  return readSettings(Object.fromEntries(moved))
}

t.test(
  'the replicas start with the settings of the compose file and the secrets that it makes',
  async (t) => {
    for (const name of ['broker-1', 'broker-2']) {
      const service = services[name] ?? { image: '' }
      for (const key of Object.keys(service.environment ?? {})) t.ok(KNOWN.has(key), `${name}: ${key}`)
      t.same(service.command, ['--env-file=/etc/token-broker/broker.env', 'src/main.ts'])
      const settings = settingsOf(service)
      t.same(
        settings.warnings.filter((line) => !line.startsWith('INTERNAL_HOST')),
        [],
      )
      const grace = duration.read(service.stop_grace_period ?? '')
      t.ok('value' in grace && grace.value > graceMs(settings.bank), 'there is time to drain')
    }
  },
)

t.test('the database is made with the role, the name and the password that the replicas use', async (t) => {
  const { environment = {} } = services.postgres ?? {}
  const url = new URL(parseEnv(read('broker/broker.env')).DATABASE_URL ?? '')
  t.equal(url.hostname, 'postgres')
  t.equal(url.username, environment.POSTGRES_USER)
  t.equal(url.pathname, `/${environment.POSTGRES_DB}`)
  t.equal(environment.POSTGRES_PASSWORD_FILE, '/secrets/database/password')
  t.equal(url.password, read('database/password'))
  t.ok(url.password.length >= 32)
})

const KEPT = [
  'keys.json',
  'callers.json',
  'broker.env',
  'bank-ca.pem',
  'bank-client.pem',
  'bank-client-key.pem',
]
const FILES = [
  'database/password',
  'bank/ca.pem',
  'developer/ledger.key',
  ...KEPT.map((name) => `broker/${name}`),
]

t.test('secrets are made once; only a key that is gone is made anew, beside the former', async (t) => {
  const all = () => FILES.map((name) => read(name))
  const caller = (key: string) => parseCallers(read('broker/callers.json'))(key)
  const before = all()
  await makeSecrets(secrets)
  t.same(all(), before)
  for (const [id, permissions] of Object.entries(CALLERS))
    t.same(caller(read(`developer/${id}.key`)), { id, permissions: new Set(permissions) })
  const former = read('developer/ledger.key')
  rmSync(keyFile(secrets, 'ledger'))
  await makeSecrets(secrets)
  t.not(read('developer/ledger.key'), former)
  for (const key of [former, read('developer/ledger.key')]) t.equal(caller(key)?.id, 'ledger')
})
