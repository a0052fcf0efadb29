import { strict as assert } from 'node:assert'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { walk } from '../../test/support/authorize.ts'
import { createWorld } from '../../test/support/broker.ts'
import { getConsent, getToken } from '../../test/support/consents.ts'
import { createPrivateServer } from '../../test/support/embedded-postgres-private.ts'
import { freePort } from '../../test/support/ports.ts'
import { waitFor } from '../../test/support/wait-for.ts'
import { productionPackages } from '../supply-chain/packages.ts'

/** Proves a built image, mounted at the path given: what is in it, and that it serves read-only and without root. */
const root = process.argv[2] ?? ''
const ENTER = fileURLToPath(new URL('enter.sh', import.meta.url))
const USER = 1000
const SLOW_MS = 60_000
const releases: (() => unknown)[] = []
const t = { teardown: (release: () => unknown) => void releases.unshift(release) }

try {
  proveContents()
  await proveRunning()
} finally {
  for (const release of releases) await release()
}

function tell(text: string): void {
  process.stdout.write(`ok - ${text}\n`)
}

function proveContents(): void {
  const inside = (path: string) => existsSync(join(root, path))
  for (const path of ['app/src/main.ts', 'app/migrations', 'app/openapi/openapi.json', 'app/node_modules/pg'])
    assert.ok(inside(path), path)
  const places = [
    'test',
    'deploy',
    'src/demo',
    'src/practice-bank',
    'openapi/client',
    'openapi/write-client.ts',
  ]
  const never = [...places, '.git', '.npmrc', 'package-lock.json'].map((path) => `app/${path}`)
  const tools = ['usr/local/bin/npm', 'usr/local/lib/node_modules', 'root/.npmrc']
  for (const path of [...never, ...tools]) assert.ok(!inside(path), `${path} is in the image`)
  const shipped = new Set(productionPackages().map(({ name }) => name))
  const packages = installedPackages()
  assert.deepEqual(
    packages.filter((name) => !shipped.has(name)),
    [],
    'a tool of development is in the image',
  )
  tell(`no test, demo, practice bank or npm, and of ${packages.length} packages none that is of development`)
  const find = (...tests: string[]) => execFileSync('find', [root, '-xdev', ...tests], { encoding: 'utf8' })
  assert.equal(find('-type', 'f', '-perm', '/6000'), '', 'a file that gives its owner’s rights')
  assert.equal(
    find('-path', `${root}/app/*`, '!', '-type', 'l', '!', '-perm', '-444'),
    '',
    'not for all to read',
  )
  assert.equal(
    find('-path', `${root}/app/*`, '(', '-user', String(USER), '-o', '-perm', '/022', '!', '-type', 'l', ')'),
    '',
  )
  tell('nothing below /app belongs to the user of the service, and no file makes one root')
}

/** The names of the packages in the image, those in scopes as well. */
function installedPackages(): readonly string[] {
  const folder = join(root, 'app/node_modules')
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
  return names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((own) => `${name}/${own}`) : [name],
  )
}

/** Settings as a volume would hold them, and what is set in the environment. */
async function createSettings() {
  const server = await createPrivateServer()
  releases.unshift(() => server.destroy())
  const world = await createWorld(t, { databaseUrl: server.url })
  const folder = mkdtempSync(join(tmpdir(), 'token-broker-image-'))
  releases.unshift(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const [settings, spool] = [join(folder, 'settings'), join(folder, 'spool')]
  mkdirSync(settings)
  mkdirSync(spool)
  chownSync(spool, USER, USER)
  const env: Record<string, string> = { ...world.env, INTERNAL_PORT: String(await freePort()) }
  for (const name of ['ENCRYPTION_KEYS_FILE', 'CALLERS_FILE']) {
    const file = env[name] ?? ''
    copyFileSync(file, join(settings, basename(file)))
    chmodSync(join(settings, basename(file)), 0o444)
    env[name] = `/etc/token-broker/${basename(file)}`
  }
  Object.assign(env, { SPOOL_DIR: '/var/lib/token-broker/spool' }, imageEnv())
  return { settings, spool, env }
}

/** What the image itself sets. */
function imageEnv(): Record<string, string> {
  const { IMAGE_ENV = '' } = process.env
  return Object.fromEntries(
    IMAGE_ENV.split('\n')
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  )
}

async function proveRunning(): Promise<void> {
  const { settings, spool, env } = await createSettings()
  const run = (...args: string[]) => {
    const volumes = [`${settings}:/etc/token-broker:ro`, `${spool}:/var/lib/token-broker/spool`]
    const child = spawn(ENTER, [root, ...volumes, '--', '/usr/local/bin/node', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    releases.unshift(() => child.kill('SIGKILL'))
    return { child, output: () => output, ended: once(child, 'close').then(([code]) => code as number) }
  }
  const main = run('src/main.ts')
  const broker = { internalUrl: `http://127.0.0.1:${env.INTERNAL_PORT}` }
  const ready = () =>
    fetch(`${broker.internalUrl}/readyz`).then(
      ({ ok }) => ok,
      () => main.child.exitCode !== null,
    )
  await waitFor('the service', ready, SLOW_MS)
  assert.equal(main.child.exitCode, null, main.output())
  tell('it is ready, on a read-only root')

  const status = readFileSync(`/proc/${main.child.pid}/status`, 'utf8')
  assert.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m)
  assert.match(status, /^CapEff:\t0+$/m)
  assert.match(status, /^Groups:\t ?(1000)? ?$/m)
  tell('it runs as user 1000, without any capability')

  const { id, page } = await walk(broker)
  assert.equal(page.status, 200)
  await waitFor('the account', async () => (await getConsent(broker, id)).account)
  const { access_token } = (await getToken(broker, id)).body
  assert.ok(access_token)
  tell('a customer gave a consent through the practice bank outside, and its token is handed out')

  const health = run('src/healthcheck.ts')
  assert.equal(await health.ended, 0, health.output())
  tell('its health check says so, too')

  const help = run('src/cli/main.ts', '--help')
  assert.equal(await help.ended, 0, help.output())
  assert.match(help.output(), /consents/)
  const doctor = run('src/cli/main.ts', 'doctor')
  await doctor.ended
  assert.match(doctor.output(), /✓ database .*PostgreSQL/)
  tell('the command line is there, with its doctor')

  for (const command of ['src/migrate.ts', 'src/rekey.ts', 'src/audit-verify.ts']) {
    const { ended, output } = run(command)
    assert.equal(await ended, 0, output())
  }
  tell('it migrates, re-keys and verifies the history beside the service')

  const places = [
    '/',
    '/app',
    '/app/src',
    '/tmp',
    '/var/tmp',
    '/home',
    '/etc',
    '/etc/token-broker',
    '/var/lib/token-broker',
    '/usr',
    '/dev',
  ]
  const attempt = `for (const place of ${JSON.stringify(places)}) {
    try { fs.writeFileSync(place + '/x', ''); console.log('written:', place) } catch (error) { console.log(error.code) }
  }
  fs.writeFileSync(process.env.SPOOL_DIR + '/x', ''); fs.rmSync(process.env.SPOOL_DIR + '/x')
  try { process.setuid(0); console.log('root') } catch (error) { console.log(error.code) }`
  const written = run('-e', attempt)
  assert.equal(await written.ended, 0, written.output())
  assert.match(written.output(), /^((EROFS|EACCES|EPERM|ENOENT)\n)+$/)
  tell(
    `nothing can be written but the spool: ${[...new Set(written.output().trim().split('\n'))].join(', ')}`,
  )

  main.child.kill('SIGTERM')
  await waitFor('its readiness to end', () =>
    fetch(`${broker.internalUrl}/readyz`).then((answer) => answer.status === 503),
  )
  assert.equal((await getToken(broker, id)).status, 200)
  assert.equal(await main.ended, 0, main.output())
  tell('SIGTERM drains it: unready, still serving, then over with 0')
}
