import { chmod, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { checkBank } from '../../src/doctor/bank.ts'
import { examine } from '../../src/doctor/run.ts'
import { makeAuthority, makeCertificate } from '../bank/support/certificates.ts'
import { KEYS } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { freePort } from '../support/ports.ts'
import { connectSql } from '../support/sql.ts'
import { createIdentityFiles } from '../tls/support/files.ts'
import { createMutualWorld } from '../tls/support/mutual-bank.ts'
import { run } from './run.ts'
import { badOf, told } from './told.ts'

type Env = Readonly<Record<string, string>>

const world = await createMutualWorld(t, 'TLSv1.3')
const sql = connectSql(t, world.databaseUrl)
const folder = t.testdir({ spool: {}, tls: {} })
const ours = await makeCertificate(world.former, { untilDays: 60 })
const files = createIdentityFiles(join(folder, 'tls'), { ...ours, ca: world.bankCa })
for (const name of ['key', 'passphrase'] as const) await chmod(files.path(name), 0o600)
const base = `https://localhost:${new URL(world.bankUrl).port}`
const env: Env = {
  ...world.env,
  ...files.env,
  BANK_TLS_KEY_PASSPHRASE_FILE: '',
  BANK_TOKEN_ENDPOINT: `${base}/as/token.oauth2`,
  BANK_API_BASE_URL: `${base}/v1`,
  SPOOL_DIR: join(folder, 'spool'),
}
await chmod(env.ENCRYPTION_KEYS_FILE ?? '', 0o600)

interface Found {
  readonly check: string
  readonly level: string
  readonly message: string
}

const surroundings = (more: Env) => ({ env: { ...env, ...more }, clock: systemClock, timeoutMs: 15_000 })

async function examined(more: Env = {}) {
  const { exit, out } = await run(['doctor', '--json'], { env: { ...env, ...more } })
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: readonly Found[] }
  t.equal(ok, exit === 0)
  const bad = checks.filter(({ level }) => level !== 'ok')
  return { exit, out, checks, bad: bad.map(({ check, level, message }) => `${level} ${check}: ${message}`) }
}

t.test('where everything is well it says so, and leaves nothing behind', async (t) => {
  const rows = () =>
    sql(`select (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', tablename),
    false, true, '')))[1]::text as n, tablename from pg_tables where schemaname = 'public' order by 2`)
  const before = await rows()
  const { exit, bad, checks } = await examined()
  t.strictSame({ exit, bad }, { exit: 0, bad: [] })
  t.strictSame(
    [...new Set(checks.map(({ check }) => check))],
    [
      ...[
        'settings',
        'secret files',
        'database',
        'schema',
        'rights',
        'encryption keys',
        'notifications',
        'clock',
      ],
      ...['spool', 'client certificate', 'token endpoint', 'bank API', 'callers', 'caller keys', 'webhooks'],
      ...['internal TLS', 'ports'],
    ],
  )
  t.match(checks.find(({ check }) => check === 'database')?.message, /^PostgreSQL \d+.*, as "/)
  t.match(
    checks.find(({ check }) => check === 'token endpoint')?.message,
    `${base} answers (404 to a bare GET).`,
  )
  t.strictSame(await rows(), before)
  t.strictSame(await readdir(env.SPOOL_DIR ?? ''), [])
  t.strictSame(world.bank.ledger.presentations(), [])
  t.match(
    (await run(['doctor'], { env, columns: 60 })).out,
    /^✓ settings {12}The settings can be read\.\n[\s\S]*\nThe service can start\.\n$/,
  )
})

t.test('settings are told all at once, and what does not need them is looked at', async (t) => {
  const { exit, bad, checks } = await examined({
    DATABASE_URL: 'x',
    BANK_PROFILE: 'y',
    CALLERS_FLIE: 'z',
    CALLERS_FILE: '',
  })
  t.equal(exit, 1)
  told(t, bad, [
    /^failure settings: DATABASE_URL must be a postgresql/,
    /^failure settings: BANK_PROFILE must be one of/,
    /^failure settings: CALLERS_FILE is missing, and so are/,
    /^skipped database: .*DATABASE_URL/,
    /^skipped token endpoint: /,
    /^skipped bank API: /,
  ])
  t.match(
    checks.find(({ check }) => check === 'client certificate'),
    { level: 'ok' },
  )
  told(t, (await examined({ CALLERS_FLIE: 'z' })).bad, [/^warning settings: CALLERS_FLIE .* CALLERS_FILE\?$/])
})

t.test(
  'certificates: ended, ending, of a broken chain, foreign to the bank, and a bank that is away',
  async (t) => {
    const bad = async (pem: { cert: string; key: string }, more: Env = {}) => {
      files.swap({ ...pem, ca: world.bankCa })
      await chmod(files.path('key'), 0o600)
      return badOf(await checkBank(surroundings(more)))
    }
    const none = badOf(await checkBank(surroundings({ BANK_TLS_CERT_FILE: '', BANK_TLS_KEY_FILE: '' })))
    t.match(none[0], /^failure client certificate: None, and the token endpoint is https/)
    const expired = await makeCertificate(world.former, { expired: true })
    told(t, await bad(expired), [
      /^failure client certificate: .* ended on .*: order/,
      /^failure token endpoint: .* refuses our client certificate/,
      /^failure bank API: /,
    ])
    const soon = await makeCertificate(world.former, { untilDays: 5 })
    told(t, await bad(soon), [/^warning client certificate: .* in 4 days: order the next\.$/])
    const foreign = await makeCertificate(world.foreign, { untilDays: 60 })
    told(t, await bad(foreign), [
      /^failure token endpoint: .* refuses our client certificate/,
      /^failure bank API: /,
    ])
    const chained = { cert: `${ours.cert}\n${(await makeAuthority('stranger')).cert}`, key: ours.key }
    told(t, await bad(chained), [
      /^warning client certificate: The chain is broken after "CN=localhost": next must come "CN=former".*"CN=stranger"\.$/,
    ])
    const unfit = { cert: ours.cert, key: expired.key }
    told(t, await bad(unfit), [
      /^failure client certificate: .*cannot be used together/,
      /^skipped token/,
      /^skipped bank/,
    ])
    const away = {
      BANK_TOKEN_ENDPOINT: `https://localhost:${await freePort()}/token`,
      BANK_API_BASE_URL: 'https://localhost.invalid/v1',
    }
    told(t, await bad(ours, away), [
      /^failure token endpoint: .*\(connect_refused\)\.$/,
      /^failure bank API: .*\(dns_failed\)\.$/,
    ])
    files.swap({ ...ours, ca: world.foreign.cert })
    told(t, (await examined()).bad.slice(1), [
      /^failure token endpoint: .*BANK_TLS_CA_FILE/,
      /^failure bank API: /,
    ])
    files.swap({ ...ours, ca: world.bankCa })
    await chmod(files.path('key'), 0o600)
    world.bank.faults.add({ endpoint: 'token', action: { kind: 'status', status: 503 } })
    t.strictSame((await examined()).bad, [], 'a bare GET is no token request')
  },
)

t.test('clocks, secrets open to others, spools, ports and callers', async (t) => {
  const clock = { ...systemClock, now: () => new Date(Date.now() + 10_000) }
  const reports = (await Promise.all(examine({ env, clock, timeoutMs: 15_000 }))).flat()
  const skewed = reports.flatMap(({ check, findings }) =>
    findings.filter(({ level }) => level === 'warning').map(({ message }) => `${check}: ${message}`),
  )
  t.match(skewed, [
    /^clock: .* 10 s ahead of the database's/,
    /^token endpoint: .* (9|10)(\.\d)? s ahead of the bank's/,
  ])

  const taken = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const callers = join(folder, 'callers.json')
  await writeFile(callers, '[{"id":"a"}]')
  await writeFile(join(folder, 'spool', 'x.answer'), '')
  await writeFile(join(folder, 'spool', 'y.answer.set-aside'), '')
  await chmod(files.path('key'), 0o644)
  const { bad } = await examined({
    INTERNAL_PORT: String(port),
    CALLERS_FILE: callers,
    CALLER_JWKS_URL: `http://127.0.0.1:${await freePort()}/jwks`,
    CALLER_ISSUER: 'i',
    CALLER_AUDIENCE: 'a',
    DATABASE_LISTEN_URL: 'postgres://127.0.0.1:1/x',
  })
  told(t, bad, [
    /^warning secret files: BANK_TLS_KEY_FILE is open to every user .*: chmod o-rwx /,
    /^warning notifications: DATABASE_LISTEN_URL cannot be used \(ECONNREFUSED\)/,
    /^warning spool: 1 answers of the bank wait there/,
    /^warning spool: 1 files there are set aside/,
    /^failure callers: CALLERS_FILE can't be used: entry 1/,
    /^warning caller keys: .* \(ECONNREFUSED\)/,
    /^failure ports: INTERNAL_HOST and INTERNAL_PORT, 127\.0\.0\.1:\d+, are taken by another program/,
  ])
  told(t, (await examined({ SPOOL_DIR: callers })).bad.slice(1, 2), [/^failure spool: .*\(ENOTDIR\)/])
  told(t, (await examined({ SPOOL_DIR: '' })).bad.slice(1, 2), [/^warning spool: SPOOL_DIR is not set/])
  told(t, (await examined({ SPOOL_DIR: '/dev/shm/not-made' })).bad.slice(1, 2), [/^warning spool: .*tmpfs/])
})

t.test('beside a running broker its ports are known as its own, and no secret is printed', async (t) => {
  const broker = await world.startMutual(files, { INTERNAL_PORT: String(await freePort()) })
  const { out, bad } = await examined({ INTERNAL_PORT: broker.env.INTERNAL_PORT ?? '' })
  t.strictSame(
    bad.filter((line) => !/secret files|spool/.test(line)),
    [],
  )
  t.equal(out.split('of a token-broker that runs').length, 3, 'both')
  for (const secret of [
    KEYS.ops,
    'practice-api-key',
    ours.key.slice(60, 90),
    new URL(world.databaseUrl).password,
  ])
    t.notOk(secret !== '' && out.includes(secret))
})
