import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { fill, IDEMPOTENCY, RETURN_URL, STARTED } from '../rekey/fill.ts'
import { NEW, OLD, writeRings } from '../rekey/rings.ts'
import { runRekey } from '../rekey/run-command.ts'
import { kidsInUse, registeredKids, sealedByKid } from '../rekey/stored.ts'
import { type Answer, call } from '../support/api.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { queryOnce } from '../support/sql.ts'
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
  const rekeyWith = (ring: string) => runRekey({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS_FILE: ring })

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
  ] as const
  t.strictSame(await registeredKids(databaseUrl), [OLD, NEW].sort())
  await t.rejects(start(rings.new, { PUBLIC_PORT: '0' }), {
    code: 'keys_unusable',
    message: /^The key "2026-11" is in use but not in ENCRYPTION_KEYS_FILE: put it back/,
  })
  t.match(await rekeyWith(rings.new), { exitCode: 1, stderr: /^The key "2026-11" is in use but not in/ })

  const rotations = () => world.bank.ledger.presentations().length
  const before = await queryOnce(databaseUrl, PAIRS, [filled.resting])
  const presented = rotations()
  const reads = readUntilStopped(brokers, [...filled.resting, ...filled.rotating])
  t.teardown(reads.stop)
  const run = await rekeyWith(rings.front)
  await waitFor('rotations meanwhile', () => rotations() >= presented + 2, 30_000)
  const answers = await reads.stop()

  t.match(run, { exitCode: 0, stderr: '' })
  t.match(run.stdout, /consent_tokens: \d+ re-sealed/)
  t.match(run.stdout, /Nothing is sealed under another key than "2027-05": 0 rows left\./)
  t.match(run.stdout, /These keys may now leave ENCRYPTION_KEYS_FILE, on all replicas: "2026-11"\./)
  t.strictSame(
    [...new Set(answers.map(({ status }) => status))],
    [200],
    `${answers.length} reads, none failed`,
  )
  const failed = answers.filter(({ status }) => status !== 200).length
  figure(t, 'key rotation under load', `${answers.length} reads, ${failed} failed`)
  t.strictSame(await kidsInUse(databaseUrl), [NEW])
  t.strictSame(await registeredKids(databaseUrl), [NEW])
  t.strictSame(await queryOnce(databaseUrl, PAIRS, [filled.resting]), before, 'no pair was moved')
  for (const broker of brokers) await broker.stop()

  const restarted = await start(rings.front, { PUBLIC_PORT: '0' })
  t.strictSame(await registeredKids(databaseUrl), [NEW], 'a restart does not bring the old key back')
  await restarted.stop()

  const last = await start(rings.new)
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

/** Of a reader between two reads, a hundred or more of which fall into the command's run. */
const PAUSE_MS = 5

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
