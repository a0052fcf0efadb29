import { systemClock } from '../../src/clock.ts'
import { createStore } from '../../src/store/index.ts'
import { createStoreRig, openTestDatabase } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { insertConsent } from './support/events.ts'

const { sql, store, other, url } = await createStoreRig(t)
const DAY_MS = 86_400_000
const start = Date.now()

/** Keeps house as that many days from now. */
async function keepHouse(days: number, { by = store, limit = 100 } = {}): Promise<number> {
  const now = new Date(start + days * DAY_MS)
  const input = { now, salvageWaitMs: null, codeTtlMs: 60_000, retentionMs: null, limit }
  return (await by.housekeeping.run(input)).expiring
}

async function told(consentId: string): Promise<number[]> {
  const events = await sql(
    `select (detail->>'days')::int as days from consent_events where consent_id = $1 and type = 'consent.expiring' order by id`,
    [consentId],
  )
  return events.map(({ days }) => days)
}

/** Marks go forward only: each test begins them anew. */
t.beforeEach(() =>
  sql(
    `update expiry_notices set told_to = to_timestamp($1) + days * interval '1 day', told_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'`,
    [start / 1000],
  ),
)
t.afterEach(() => sql(`update consents set status = 'revoked'`))

t.test('14, 7 and 1 days before its end, each once', async (t) => {
  const id = await insertConsent(sql)
  for (const [day, counts] of [
    [75.9, [0, 0]],
    [76.1, [1, 0]],
    [82.9, [0, 0]],
    [83.1, [1, 0]],
    [88.9, [0, 0]],
    [89.1, [1, 0]],
  ] as const) {
    t.same([await keepHouse(day), await keepHouse(day + 0.01)], counts, `after ${day} of 90 days`)
  }
  t.same(await told(id), [14, 7, 1])
})

t.test('a broker that was down over several: the nearest alone', async (t) => {
  const id = await insertConsent(sql)
  await keepHouse(60)
  await keepHouse(84)
  t.same(await told(id), [7])
  await keepHouse(89.5)
  t.same(await told(id), [7, 1])
})

t.test('a renewal: anew, for the new end', async (t) => {
  const id = await insertConsent(sql)
  await keepHouse(77)
  t.same(await told(id), [14])
  await sql(
    `update consents set authorized_at = authorized_at + interval '80 days', expires_at = expires_at + interval '80 days'
    where id = $1`,
    [id],
  )
  await keepHouse(84)
  await keepHouse(89.5)
  t.same(await told(id), [14])
  await keepHouse(157)
  t.same(await told(id), [14, 14])
})

t.test('one that never had so many days left is not told of them', async (t) => {
  const short = await insertConsent(sql)
  await sql(`update consents set expires_at = authorized_at + interval '10 days' where id = $1`, [short])
  const brief = await insertConsent(sql)
  await sql(`update consents set expires_at = authorized_at + interval '3 seconds' where id = $1`, [brief])
  // The marks of a broker that was down for long lie behind.
  await sql(`update expiry_notices set told_to = told_to - interval '20 days'`)
  await keepHouse(0)
  t.same(await told(short), [])
  await keepHouse(3.5)
  await keepHouse(9.5)
  t.same(await told(short), [7, 1])
  t.same(await told(brief), [])
})

t.test('one that is not active is not told', async (t) => {
  const id = await insertConsent(sql)
  await sql(`update consents set status = 'reauthorization_required' where id = $1`, [id])
  await keepHouse(77)
  t.same(await told(id), [])
})

t.test('in steps, by replicas side by side, though all end at one moment', async (t) => {
  const replica = createStore(openTestDatabase(t, url), systemClock)
  t.teardown(() => replica.stop())
  const ids = await Promise.all(Array.from({ length: 25 }, () => insertConsent(sql)))
  await sql(
    `update consents set expires_at = to_timestamp($1) + interval '90 days' where status = 'active'`,
    [start / 1000],
  )
  let [sum, rounds] = [0, 0]
  while (sum < 25 && rounds < 50) {
    const counts = await Promise.all([store, replica].map((by) => keepHouse(77, { by, limit: 4 })))
    for (const count of counts) t.ok(count <= 4)
    sum += counts.reduce((all, one) => all + one)
    rounds += 1
  }
  await keepHouse(77)
  for (const id of ids) t.same(await told(id), [14])
})

t.test('what another replica is telling is left to it', async (t) => {
  const id = await insertConsent(sql)
  await other('begin')
  await other('select from expiry_notices where days = 14 for update')
  t.equal(await keepHouse(77), 0, 'without waiting for it')
  await other('rollback')
  t.equal(await keepHouse(77), 1)
  t.same(await told(id), [14])
})

t.test('what a message says: which notice it is', async (t) => {
  await store.webhooks.register([{ id: 'all', events: null, owners: null }], { changed: true })
  const id = await insertConsent(sql)
  await keepHouse(84)
  const { claimed } = await store.webhooks.claim({ subscriber: 'all', limit: 9, leaseMs: 60_000 })
  t.match(claimed, [{ consentId: id, type: 'consent.expiring', daysLeft: 7, status: 'active' }])
})
