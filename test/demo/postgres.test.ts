import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../../src/demo/postgres.ts'
import { reachableDataDir } from '../../src/demo/postgres-data.ts'
import { freePort } from '../support/ports.ts'
import { listProcesses } from '../support/processes.ts'
import { queryOnce } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const folder = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'token-broker-demo-test-'))
execFileSync('chmod', ['755', folder])
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

const dataDir = join(folder, 'postgres')
const pidFile = join(dataDir, 'postmaster.pid')
const port = await freePort()
const start = (more: Partial<EmbeddedPostgresOptions> = {}) =>
  startEmbeddedPostgres({ dataDir, port, onProgress: () => {}, ...more })

t.test('starts afresh, over what an interrupted start left', async (t) => {
  mkdirSync(`${dataDir}.unfinished/data/base`, { recursive: true })
  const postgres = await start()
  await queryOnce(postgres.url, "create table kept as select 'yes' as answer")
  t.match(await queryOnce(postgres.url, 'show fsync'), [{ fsync: 'on' }])
  await postgres.stop()
  await postgres.stop()
  t.same(
    processes().filter((args) => !args.startsWith('sh ')),
    [],
    'no PostgreSQL is left',
  )
  // The guard notices by its pipe, a moment later.
  await waitFor('the end of its guard', () => processes().length === 0)
})

t.test('starts again with the data of before, and refuses a second one beside it', async (t) => {
  const postgres = await start()
  t.teardown(() => postgres.stop())
  t.match(await queryOnce(postgres.url, 'select answer from kept'), [{ answer: 'yes' }])
  const pid = readFileSync(pidFile, 'utf8').split('\n')[0]
  await t.rejects(
    start(),
    new RegExp(`process ${pid}, still uses the data folder ${dataDir}.*kill -INT ${pid}`),
  )
})

t.test('waits for a server that is just being stopped', async (t) => {
  const first = await start()
  const notes: string[] = []
  const starting = start({ onProgress: (note) => notes.push(note) })
  await waitFor('the second to wait', () => /^Process \d+, an earlier PostgreSQL, still/.test(notes[0] ?? ''))
  await first.stop()
  const second = await starting
  t.match(await queryOnce(second.url, 'select answer from kept'), [{ answer: 'yes' }])
  await second.stop()
})

t.test('says that its port is taken', async (t) => {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  await t.rejects(start(), new RegExp(`^Port ${port} of 127.0.0.1, .* is taken by another program`))
})

const stalePids = [
  { name: 'a dead process', pid: 2 ** 22 + 1 },
  { name: 'a process that is no PostgreSQL', pid: process.pid },
]
for (const { name, pid } of stalePids) {
  t.test(`starts over the pid file of ${name}`, async (t) => {
    writeFileSync(pidFile, `${pid}\n${dataDir}\n0\n${port}\n\n127.0.0.1\n\nready\n`)
    const postgres = await start()
    t.match(await queryOnce(postgres.url, 'select answer from kept'), [{ answer: 'yes' }])
    await postgres.stop()
  })
}

t.test('refuses data of another version, and files that are not its own', async (t) => {
  const other = join(folder, 'other')
  mkdirSync(other)
  writeFileSync(join(other, 'notes.txt'), 'mine')
  await t.rejects(start({ dataDir: other }), /holds files, but not the demo's PostgreSQL data/)
  writeFileSync(join(other, 'token-broker.password'), 'x')
  writeFileSync(join(other, 'PG_VERSION'), '15\n')
  await t.rejects(start({ dataDir: other }), /was made by PostgreSQL 15, but PostgreSQL 18 is installed/)
})

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  t.test(`leaves no process when ours is ended by ${signal}`, async (t) => {
    const demo = await demoProcess(t)
    t.ok(processes().length > 0)
    demo.kill(signal)
    await waitFor('the end of its PostgreSQL', () => processes().length === 0)
    t.match(readFileSync(`${dataDir}.log`, 'utf8'), /database system is shut down/, 'in order, not killed')
  })
}

t.test('keeps the data elsewhere where the account of PostgreSQL may not enter', async (t) => {
  const locked = join(folder, 'locked')
  mkdirSync(locked, { mode: 0o700 })
  t.equal(
    await reachableDataDir(join(locked, 'postgres'), undefined),
    join(locked, 'postgres'),
    'not as ourselves',
  )
  if (process.getuid?.() !== 0) return
  const nobody = { uid: 65_534, gid: 65_534 }
  const elsewhere = await reachableDataDir(join(locked, 'postgres'), nobody)
  t.match(elsewhere, /^\/(var\/)?tmp\/token-broker-[0-9a-f]{16}\/data$/)
  t.equal(await reachableDataDir(join(locked, 'postgres'), nobody), elsewhere, 'the same each time')
  rmSync(join(elsewhere, '..'), { recursive: true })
})

async function demoProcess(t: Pick<Test, 'teardown'>) {
  const main = new URL('../../src/demo/postgres.ts', import.meta.url).href
  const options = JSON.stringify({ dataDir, port })
  const script = `import { startEmbeddedPostgres } from '${main}'
    await startEmbeddedPostgres({ ...${options}, onProgress: () => {} })
    console.log('ready')`
  const demo = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => demo.kill('SIGKILL'))
  await once(demo.stdout, 'data')
  return demo
}

function processes(): string[] {
  const all = listProcesses().map(({ args }) => args)
  return all.filter((args) => args.includes(`-D ${dataDir}`))
}
