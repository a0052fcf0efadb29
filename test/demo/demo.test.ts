import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { claimFolder, serverFolder } from '../support/embedded-postgres-folder.ts'
import { waitFor } from '../support/wait-for.ts'
import {
  breakRefreshes,
  type DemoProcess,
  demoApi,
  demoPorts,
  familyOf,
  startDemo,
  untilGone,
} from './demo-process.ts'

const root = serverFolder(process.pid)
await claimFolder(root)
const [walkPorts, stayPorts, failPorts, otherPorts] = (await demoPorts(4)) as [P, P, P, P]
type P = Awaited<ReturnType<typeof demoPorts>>[number]

const LIFETIME = '--token-lifetime=8'
const started: DemoProcess[] = []
const start = (folder: string, flags: readonly string[], ports: P) => {
  const demo = startDemo([`--folder=${join(root, folder)}`, LIFETIME, ...flags], ports)
  started.push(demo)
  return demo
}
t.teardown(async () => {
  for (const { child } of started) child.kill('SIGKILL')
  await Promise.all(started.map((demo) => demo.exitCode()))
  rmSync(root, { recursive: true, force: true, maxRetries: 20 })
})

// Each waits for a rotation: they do it together.
const walking = start('walk', ['--once'], walkPorts)
const staying = start('stay', [], stayPorts)
const failing = start('fail', ['--once'], failPorts)
await breakRefreshes(failPorts, { kind: 'status', status: 400, body: { error: 'invalid_grant' } })

t.test('says which ports are taken, and how to choose others', async (t) => {
  await staying.until(/✓ practice bank/)
  const { internal, bank } = stayPorts
  const second = start('walk-too', ['--once'], { ...otherPorts, internal, bank })
  t.equal(await second.exitCode(), 1)
  t.match(second.output(), 'The step "ports" failed')
  t.match(second.output(), new RegExp(`Port ${internal} of 127.0.0.1, meant for the broker's API`))
  t.match(second.output(), /-- --internal-port \d+ --bank-port \d+\n/)
})

t.test('says which process holds the data', async (t) => {
  const second = start('stay', [], otherPorts)
  t.equal(await second.exitCode(), 1)
  t.match(second.output(), /The step "PostgreSQL" failed: .* process \d+, still uses the data folder/)
})

t.test('walks once, sums up and ends', async (t) => {
  t.equal(await walking.exitCode(), 0, walking.output())
  t.match(walking.output(), /The walk went well: \d+ steps/)
  t.match(walking.output(), /active, account NL12ABNA\*{6}6523/)
  t.match(walking.output(), /✓ balance +the account's balance with that token: €[\d,]+\.\d\d /)
  t.match(walking.output(), /1 refresh token presented to the bank, none of them twice\n$/)
  t.notMatch(walking.output(), '\u001b', 'no colours in a pipe')
})

t.test('ends with the name of the step that failed', async (t) => {
  t.equal(await failing.exitCode(), 1)
  t.match(failing.output(), /The step "rotation" failed: .* answered 409: reauthorization_required/)
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

t.test('prints lines that work as printed', { skip: !hasCurl && 'curl is not installed' }, async (t) => {
  const lines = (await staying.until(/Ctrl-C stops it/)).split('\n').map((line) => line.trim())
  const curls = lines.filter((line) => line.startsWith('curl '))
  t.equal(curls.length, 4)
  const [token, balance, consent, status] = curls.map((line) =>
    JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })),
  )
  t.match(token, { token_type: 'Bearer', refresh_state: 'ok' })
  t.match(balance, { accountNumber: 'NL12ABNA9999876523', currency: 'EUR', amount: Number })
  t.match(consent, { consent: { status: 'pending' }, authorization_url: /\/start\// })
  t.match(
    status,
    { consents: { active: 1, pending: 2 } },
    'the walked one, the fresh link, and the one above',
  )
})

t.test('prints places that can be opened', async (t) => {
  const output = await staying.until(/Ctrl-C stops it/)
  for (const place of [
    /http:\S+\/ops/,
    /http:\S+\/docs/,
    /http:\S+\/start\/\S+/,
    /http:\S+\/practice\/ledger/,
  ]) {
    const { status, url } = await fetch(place.exec(output)?.[0] ?? '', { redirect: 'manual' })
    t.ok([200, 302].includes(status), url)
  }
  for (const file of ['demo.json', 'callers.json', 'encryption-keys.json']) {
    t.equal(statSync(join(root, 'stay', file)).mode & 0o777, 0o600, `only its owner reads ${file}`)
  }
})

t.test('leaves nothing running after Ctrl-C', async (t) => {
  await staying.until(/Ctrl-C stops it/)
  const family = familyOf(staying.child.pid ?? 0)
  t.ok(family.length > 4, 'PostgreSQL is among them')
  staying.child.kill('SIGINT')
  t.equal(await staying.exitCode(), 0, staying.output())
  t.match(staying.output(), /Stopping: .*\nStopped in .*\n$/, 'and nothing to worry about in between')
  await untilGone(family)
})

t.test('starts again on what it kept, and ends at once at a second Ctrl-C', async (t) => {
  const again = start('stay', [], stayPorts)
  await again.until(/✓ token /)
  t.match(again.output(), /✓ keys +those of the earlier runs/)
  t.match(again.output(), /✓ migrations +the schema is up to date/)
  t.match(again.output(), /✓ earlier consents +1 revoked/)
  await keepRotationHanging()
  const family = familyOf(again.child.pid ?? 0)
  const interruptedAt = performance.now()
  await waitFor('its end', () => {
    again.child.kill('SIGINT')
    return again.child.exitCode !== null
  })
  t.equal(again.child.exitCode, 130)
  t.ok(performance.now() - interruptedAt < 5_000, 'without waiting for the bank')
  await untilGone(family)
})

// The broker would wait for the bank's answer as long as BANK_ABANDON_AFTER.
async function keepRotationHanging(): Promise<void> {
  const api = demoApi(join(root, 'stay'), stayPorts)
  await breakRefreshes(stayPorts, { kind: 'hang' })
  const { items } = await api('GET /v1/consents?status=active')
  const { access_token } = await api(`POST /v1/consents/${items[0].id}/token`, {})
  api(`POST /v1/consents/${items[0].id}/token`, { rejected_token: access_token }).catch(() => {})
  await waitFor('a rotation in flight', async () => {
    const { refresh } = await api(`GET /v1/consents/${items[0].id}`)
    return refresh.state === 'rotating'
  })
}
