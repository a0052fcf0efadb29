import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { Secret } from '../../src/core/secret.ts'
import { createVault, readKeyRing } from '../../src/vault/index.ts'
import { fill, IDEMPOTENCY, RETURN_URL, STARTED } from '../rekey/fill.ts'
import { NEW, OLD, writeRings } from '../rekey/rings.ts'
import { runKeysNew, runRekey, startRekey } from '../rekey/run-command.ts'
import { kidsInUse, registeredKids, sealedByKid } from '../rekey/stored.ts'
import { type Answer, call } from '../support/api.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { connectSession, queryOnce } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { figure } from './row.ts'

const RESTING = 20
const PAIRS = `select consent_id, chain, version, presentations, due_at, access_expires_at
  from consent_tokens where consent_id = any($1) order by consent_id`

const tokenOf = (broker: TestBroker, id: string) =>
  call(broker, `POST /v1/consents/${id}/token`, { body: {} })

t.test('a key is rotated under running brokers, without a failed read', async (t) => {
  const rings = await writeRings(t)
  const world = await createWorld(t)
  const { databaseUrl } = world
  const start = (ring: string, more = {}) => world.startBroker({ ENCRYPTION_KEYS_FILE: ring, ...more })
  const envWith = (ring: string) => ({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS_FILE: ring })
  const rekeyWith = (ring: string) => runRekey(envWith(ring))
  const removable = join(t.testdirName, 'removable.json')
  await copyFile(rings.front, removable)
  await chmod(removable, 0o600)
  const remove = (more = {}) =>
    runKeysNew([removable, '--remove', OLD], { DATABASE_URL: databaseUrl, ...more })
  const session = connectSession(t, databaseUrl)

  const first = await start(rings.old)
  const filled = await fill(world, first, RESTING)
  t.strictSame(await kidsInUse(databaseUrl), [OLD])
  t.equal(Object.keys(await sealedByKid(databaseUrl)).length, 10, 'something in every sealed column')
  await first.stop()

  const appended = await start(rings.appended)
  const early = await rekeyWith(rings.front)
  t.match(early, { exitCode: 1, stderr: /^No service seals with the key "2027-05" yet: start all replicas/ })
  t.strictSame(
    await kidsInUse(databaseUrl),
    [OLD],
    'nothing was sealed that a running replica could not open',
  )
  await appended.stop()

  const brokers = [
    await start(rings.front, { TOKEN_CACHE: 'off' }),
    await start(rings.front, { TOKEN_CACHE: 'off', PUBLIC_PORT: '0' }),
    await start(rings.front, { TOKEN_CACHE: 'on', PUBLIC_PORT: '0' }),
  ] as const
  t.strictSame(await registeredKids(databaseUrl), [OLD, NEW].sort())
  const before = countUnder(OLD, await sealedByKid(databaseUrl))
  const missing = await start(rings.new, { PUBLIC_PORT: '0' }).catch((error: unknown) => error)
  t.match(missing, {
    code: 'keys_unusable',
    message: /^The key "2026-11" is in use but not in ENCRYPTION_KEYS_FILE: put it back.* values are sealed/,
  })
  t.match(await rekeyWith(rings.new), { exitCode: 1, stderr: /^The key "2026-11" is in use but not in/ })

  const spool = await spoolUnder(rings.old, t.testdirName)
  const refused = await remove({ SPOOL_DIR: spool })
  t.match(refused, { exitCode: 1, stdout: '' })
  t.match(
    refused.stderr,
    /^The key "2026-11" is needed, and stays: \d+ values are sealed under it.\n {2}consents: /,
  )
  const after = countUnder(OLD, await sealedByKid(databaseUrl))
  for (const [what, text, more] of [
    ['the start', String(missing), 0],
    ['the removal', refused.stderr, 1],
  ] as const) {
    const counted = Number(/(\d+) values are sealed/.exec(text)?.[1])
    // Tokens are rotated meanwhile: what they leave is sealed under the new key.
    t.ok(
      counted >= after + more && counted <= before + more,
      `${what} counts ${counted}, as it was: ${before}`,
    )
  }
  t.match(refused.stderr, /\n {2}SPOOL_DIR: 1\nRun "npm run rekey" before\. What lies in SPOOL_DIR/)
  t.equal(await readFile(removable, 'utf8'), await readFile(rings.front, 'utf8'), 'nothing was written')

  const rotations = () => world.bank.ledger.presentations().length
  const pairs = await queryOnce(databaseUrl, PAIRS, [filled.resting])
  const presented = rotations()
  const reads = readUntilStopped(brokers, [...filled.resting, ...filled.rotating])
  t.teardown(reads.stop)
  // Of its tables the last, which no hand-out needs.
  const holdBack = () => session('begin; lock table idempotency_keys in access exclusive mode')
  await holdBack()
  const killed = startRekey(envWith(rings.front))
  await untilWaiting(databaseUrl)
  killed.child.kill('SIGKILL')
  await killed.run
  await session('rollback')
  t.strictSame(
    countsUnder(OLD, await sealedByKid(databaseUrl)),
    { 'idempotency_keys.stored_answer': 1 },
    'killed in the midst, it has done the rest',
  )
  t.strictSame(await registeredKids(databaseUrl), [OLD, NEW].sort(), 'and has freed no key')

  await holdBack()
  const resumed = startRekey(envWith(rings.front))
  await untilWaiting(databaseUrl)
  await pause(PROGRESS_AFTER_MS)
  await session('rollback')
  const run = await resumed.run
  await waitFor('rotations meanwhile', () => rotations() >= presented + 2, 30_000)
  const answers = await reads.stop()

  t.match(run, { exitCode: 0, stderr: '' })
  t.match(run.stdout, /\n {2}… idempotency_keys: 1( of about \d+)? rows looked at, 1 re-sealed\n/)
  t.match(run.stdout, /\nconsent_tokens: 0 re-sealed\n.*\nidempotency_keys: 1 re-sealed\n/s, 'it went on')
  t.match(run.stdout, /Nothing is sealed under another key than "2027-05": 0 rows left\./)
  t.match(run.stdout, /These keys may now leave ENCRYPTION_KEYS_FILE, on all replicas: "2026-11"\./)
  const spooling = await runRekey({ ...envWith(rings.front), SPOOL_DIR: spool })
  t.match(spooling.stdout, /left\.\nThe key "2026-11" stays: 1 files of SPOOL_DIR are sealed under it\.\n$/)
  t.strictSame(
    [...new Set(answers.map(({ status }) => status))],
    [200],
    `${answers.length} reads, none failed`,
  )
  const failed = answers.filter(({ status }) => status !== 200).length
  figure(t, 'key rotation under load', `${answers.length} reads, ${failed} failed`)
  t.strictSame(await kidsInUse(databaseUrl), [NEW])
  t.strictSame(await registeredKids(databaseUrl), [NEW])
  t.strictSame(await queryOnce(databaseUrl, PAIRS, [filled.resting]), pairs, 'no pair was moved')
  for (const broker of brokers) await broker.stop()

  const restarted = await start(rings.front, { PUBLIC_PORT: '0' })
  t.strictSame(await registeredKids(databaseUrl), [NEW], 'a restart does not bring the old key back')
  await restarted.stop()

  const idle = { PUBLIC_PORT: '0', SALVAGE_WAIT: '400ms', REFRESHER: 'off' }
  const stray = await start(rings.appended, idle)
  t.match(await rekeyWith(rings.front), { exitCode: 1, stderr: /^Something still seals under another key/ })
  await stray.stop()
  t.match(await remove(), { exitCode: 1, stderr: /stays: 0 values .* but a service has it in front/ })
  await queryOnce(databaseUrl, 'delete from encryption_keys where kid = $1', [OLD])
  t.match(await remove({ SPOOL_DIR: spool }), { exitCode: 1, stderr: /1 value is sealed .*SPOOL_DIR: 1\n/s })
  t.match(await remove(), { exitCode: 0, stdout: /^Took the key "2026-11" out of /, stderr: '' })
  t.match(await remove(), { exitCode: 0, stdout: / has no key "2026-11"\.\n$/ })

  const last = await start(removable)
  const again = await Promise.all(
    [...filled.resting, ...filled.rotating, filled.staged].map((id) => tokenOf(last, id)),
  )
  t.strictSame([...new Set(again.map(({ status }) => status))], [200], 'served without the old key')

  const replayed = await call(last, 'POST /v1/consents', { body: STARTED, headers: IDEMPOTENCY })
  t.equal(replayed.body.consent.id, filled.finished.id, 'the stored answer opens')
  t.match(await filled.finished.reload(), new RegExp(`^${RETURN_URL}.*result_code=`), 'the result code opens')
  await filled.pending.finish()
  t.match(
    (await call(last, `GET /v1/consents/${filled.pending.id}`)).body,
    { status: 'active' },
    'the verifier opens',
  )
  const byIban = await call(last, 'GET /v1/consents?iban=NL58ABNA9999142181')
  t.ok(
    byIban.body.items.some(({ id }: { id: string }) => id === filled.finished.id),
    'found by its account',
  )
  world.bank.faults.clear()
  await queryOnce(databaseUrl, 'update staged_tokens set check_after = now()')
  await last.broker.keepHouse()
  t.match(await queryOnce(databaseUrl, PAIRS, [[filled.staged]]), [{ chain: 2 }], 'the renewal’s pair opens')
})

/** What lies in a spool, as a process left it. */
async function spoolUnder(ring: string, folder: string): Promise<string> {
  const version = `${crypto.randomUUID()}.rotation.${crypto.randomUUID()}.answer`
  const binding = { consentId: crypto.randomUUID(), field: 'spooled_answer', version } as const
  const sealed = await createVault(readKeyRing(ring)).seal(new Secret('an answer'), binding)
  await writeFile(join(folder, `${version}.set-aside`), sealed)
  return folder
}

type Counts = Record<string, number>

/** How many values of each column are sealed under a key. */
function countsUnder(kid: string, byColumn: Awaited<ReturnType<typeof sealedByKid>>): Counts {
  const counts = Object.entries(byColumn).map(([column, byKid]) => [column, byKid[kid] ?? 0] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

function countUnder(kid: string, byColumn: Awaited<ReturnType<typeof sealedByKid>>): number {
  return Object.values(countsUnder(kid, byColumn)).reduce((sum, count) => sum + count, 0)
}

/** Waits until the command waits for the lock. */
function untilWaiting(url: string): Promise<unknown> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and query like '%seen as materialized%'`
  return waitFor(
    'the command to be held back',
    async () => (await queryOnce(url, waiting)).length > 0,
    20_000,
  )
}

/** The command shows its progress once a second. */
const PROGRESS_AFTER_MS = 1_100

/** Of a reader between two reads, a hundred or more of which fall into the command's run. */
const PAUSE_MS = 20

function readUntilStopped(brokers: readonly TestBroker[], ids: readonly string[]) {
  const answers: Answer[] = []
  let stopped = false
  const readers = brokers.map(async (broker) => {
    for (let at = 0; !stopped; at = (at + 1) % ids.length) {
      answers.push(await tokenOf(broker, ids[at] ?? ''))
      await pause(PAUSE_MS)
    }
  })
  return {
    stop: async () => {
      stopped = true
      await Promise.all(readers)
      return answers
    },
  }
}
