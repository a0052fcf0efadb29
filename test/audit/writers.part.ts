import { readFile } from 'node:fs/promises'
import type { HandOutCount } from '../../src/core/consent-store.ts'
import { recordHandOuts } from '../../src/store/hand-outs.ts'
import { createStoreRig, openTestDatabase, untilBlocked } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { connectSession, connectSql, type Sql } from '../support/sql.ts'
import { ADD_EVENT, verify } from './fixtures.ts'

const { db, store, sql, other, insertConsent, claim, url } = await createStoreRig(t)
const add = (session: Sql, id: string, type = 'x') => session(ADD_EVENT, [id, type, 'x', {}])
const typesOf = async (id: string) =>
  (await sql('select type from consent_events where consent_id = $1 order by position', [id])).map(
    ({ type }) => type,
  )
const AN_HOUR = new Date('2026-11-23T05:00:00Z')

function countOf(consentId: string, count = 1): HandOutCount {
  return { consentId, callerId: 'ledger', hour: AN_HOUR, count, fingerprints: ['0a'], lastAt: AN_HOUR }
}

t.test('many who write to one history at once make one chain of it', async (t) => {
  const id = await insertConsent()
  const sessions = Array.from({ length: 8 }, () => connectSession(t, url))
  await Promise.all(
    sessions.map(async (session, writer) => {
      for (let turn = 0; turn < 12; turn += 1) {
        await session('begin')
        for (let event = 0; event <= turn % 3; event += 1) await add(session, id)
        await session((turn + writer) % 5 === 0 ? 'rollback' : 'commit')
      }
    }),
  )
  const [{ events, places, last, length }] = await sql(
    `select count(*)::int as events, count(distinct position)::int as places, max(position) as last,
       (select length from event_chains where chain = $1::uuid::text) from consent_events where consent_id = $1`,
    [id],
  )
  t.ok(events > 100)
  t.strictSame([places, last, length], [events, events, events])
  t.strictSame((await verify(db)).told, [])
})

t.test('a place is taken as a transaction commits, not as it writes', async (t) => {
  const id = await insertConsent()
  await other('begin')
  await add(other, id, 'written first')
  await add(sql, id, 'committed first')
  await other('commit')
  t.strictSame(await typesOf(id), ['committed first', 'written first'])
  t.strictSame((await verify(db)).told, [])
})

t.test('who writes to many histories at once waits for nobody in a circle', async (t) => {
  const ids = await Promise.all(Array.from({ length: 40 }, insertConsent))
  const orders = [ids, ids.toReversed(), ids.toSorted(), ids.toSorted().toReversed()]
  await Promise.all(
    orders.map(async (order) => {
      for (let turn = 0; turn < 8; turn += 1)
        await recordHandOuts(
          db,
          order.map((id) => countOf(id)),
          { again: false },
        )
    }),
  )
  t.strictSame((await verify(db, 100)).told, [])
})

t.test(
  'nor does the refusal that pulls the brake, and writes to the histories of all it takes back',
  async (t) => {
    await store.gates.read('test-bank')
    const ids = (await Promise.all(Array.from({ length: 5 }, insertConsent))).toSorted()
    const [first = '', last = ''] = [ids[0], ids.at(-1)]
    for (const id of ids) await add(sql, id)
    for (const id of ids.slice(0, -1)) t.equal(await (await claim(id)).refuse('invalid_grant'), 'recorded')
    const claimed = await claim(last)
    const lock = (id: string) => other('select from event_chains where chain = $1 for update nowait', [id])
    await other('begin')
    await lock(first)
    const braked = claimed.refuse('invalid_grant')
    await untilBlocked(sql)
    await lock(last)
    t.pass('it holds no other chain while it waits')
    await other('commit')
    t.equal(await braked, 'braked')
    t.strictSame((await verify(db)).told, [])
  },
)

t.test(
  'a count whose commit was not acknowledged is written once, and one of no consent not at all',
  async (t) => {
    const [id, second] = [await insertConsent(), await insertConsent()]
    const counts = [countOf(id, 7), countOf('0b3f6f0c-5f0e-4d4c-9d7e-0f8f5a1f2c11')]
    await store.consents.recordHandOuts(counts, { again: false })
    await store.consents.recordHandOuts([...counts, countOf(second)], { again: true })
    t.strictSame(
      await sql(
        `select consent_id, detail->'count' as count from consent_events
    where consent_id = any($1) order by id`,
        [[id, second]],
      ),
      [
        { consent_id: id, count: 7 },
        { consent_id: second, count: 1 },
      ],
    )
  },
)

t.test('what was written before there were chains is where they begin', async (t) => {
  const { url: olderUrl } = await createEmptyDatabase(t)
  const older = connectSql(t, olderUrl)
  const apply = async (name: string) =>
    older(await readFile(new URL(`../../migrations/${name}.sql`, import.meta.url), 'utf8'))
  for (const name of [
    '0001_consents',
    '0002_tokens',
    '0003_authorizations',
    '0004_presented_by',
    '0005_gate',
  ])
    await apply(name)
  const ids = await older(`insert into consents (id, bank, status, requested_scopes, owner, created_at)
    select gen_random_uuid(), 'b', 'active', '{}', 'o', now() from generate_series(1, 3) returning id`)
  const [first, second, resting] = ids.map(({ id }) => id)
  for (const id of [first, second, resting, first]) await add(older, id, 'before')
  await older(`insert into bank_events (bank, type, actor, occurred_at) values ('b', 'before', 'x', now())`)
  const writing = connectSession(t, olderUrl)
  await apply('0008_audit')
  const olderDb = openTestDatabase(t, olderUrl)
  const untouched = await verify(olderDb)
  t.match(untouched, { chains: 0, events: 5, unchained: 4, told: [], heads: [] })

  // As replicas of the version before go on writing; two of them begin a chain at once.
  await add(older, first, 'after')
  await writing('begin')
  await add(writing, second, 'after')
  await writing('set constraints all immediate')
  const waits = add(older, second, 'after that')
  await untilBlocked(older)
  await writing('commit')
  await waits
  await older(`insert into bank_events (bank, type, actor, occurred_at) values ('b', 'after', 'x', now())`)
  const rows = await older(
    `select consent_id, position, type from consent_events
    where consent_id <> $1 order by consent_id, position`,
    [resting],
  )
  const of = (id: string) =>
    rows.filter(({ consent_id }) => consent_id === id).map(({ position, type }) => [position, type])
  t.strictSame(of(first), [
    [1, 'before'],
    [2, 'before'],
    [3, 'after'],
  ])
  t.strictSame(of(second), [
    [1, 'before'],
    [2, 'after'],
    [3, 'after that'],
  ])
  const grown = await verify(olderDb, 2)
  t.match(grown, { chains: 3, events: 9, unchained: 1, told: [] })
  t.strictSame(
    grown.heads.map(({ chain }) => chain),
    [...[first, second].toSorted(), 'bank:b'],
  )
})
