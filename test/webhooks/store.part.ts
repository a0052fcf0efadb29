import { systemClock } from '../../src/clock.ts'
import type { Subscriber } from '../../src/core/webhook.ts'
import { createStore } from '../../src/store/index.ts'
import { createStoreRig, openTestDatabase } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { insertConsent, writeEvents } from './support/events.ts'

const { sql, store, url, other } = await createStoreRig(t)
const replica = createStore(openTestDatabase(t, url), systemClock)
t.teardown(() => replica.stop())
const { webhooks } = store

const ALL: Subscriber = { id: 'all', events: null, owners: null }
const PICKY: Subscriber = { id: 'picky', events: ['consent.revoked'], owners: ['ledger'] }

const take = (from = webhooks, limit = 10) => from.claim({ subscriber: 'all', limit, leaseMs: 60_000 })
const rowsOf = (consentId: string) =>
  sql('select subscriber, type, state, days_left from webhook_deliveries where consent_id = $1 order by id', [
    consentId,
  ])

t.afterEach(() => sql('delete from webhook_deliveries'))

t.test('without subscribers nothing is written; with them, what each asked for', async (t) => {
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.activated')
  t.same(await rowsOf(id), [])
  await webhooks.register([ALL, PICKY], { changed: true })
  await writeEvents(sql, id, 'consent.renewed', 'consent.revoked')
  const told = (await rowsOf(id)).map(({ subscriber, type }) => `${subscriber} ${type}`)
  t.same(told, ['all consent.renewed', 'all consent.revoked', 'picky consent.revoked'])
  await sql(
    `insert into consent_events (consent_id, type, actor, occurred_at) values ($1, 'consent.confirmed', 'c', now())`,
    [id],
  )
  t.equal((await rowsOf(id)).length, 3, 'not of every event')
  const stranger = await insertConsent(sql, 'other')
  await writeEvents(sql, stranger, 'consent.revoked')
  t.match(await rowsOf(stranger), [{ subscriber: 'all' }])
  t.equal((await rowsOf(stranger)).length, 1)
})

t.test('what is rolled back is told to nobody', async (t) => {
  const id = await insertConsent(sql)
  await other('begin')
  await writeEvents(other, id, 'consent.renewed')
  await other('rollback')
  t.same(await rowsOf(id), [])
})

t.test('replicas take each delivery once, and the next of a consent only after the one before', async (t) => {
  const ids = [await insertConsent(sql), await insertConsent(sql)]
  for (const id of ids) await writeEvents(sql, id, 'consent.activated', 'consent.renewed')
  const [mine, theirs] = await Promise.all([take(), take(replica.webhooks)])
  const claimed = [...mine.claimed, ...theirs.claimed]
  t.same(claimed.map(({ consentId }) => consentId).sort(), [...ids].sort())
  t.same(new Set(claimed.map(({ type }) => type)), new Set(['consent.activated']))
  await sql(`update webhook_deliveries set next_attempt_at = now() where not sending`)
  t.same((await take()).claimed, [], 'due, and behind one that is under way')
  await webhooks.settle(claimed[0]!, { outcome: 'delivered' })
  t.match((await take()).claimed, [{ consentId: claimed[0]!.consentId, type: 'consent.renewed' }], 'at once')
  await webhooks.settle(claimed[1]!, { outcome: 'dead', error: 'http_500', retryAfterMs: 0 })
  t.match((await take(replica.webhooks)).claimed, [
    { consentId: claimed[1]!.consentId, type: 'consent.renewed' },
  ])
})

t.test(
  'behind a message that waits for its next attempt, the later ones are looked at no sooner',
  async (t) => {
    const id = await insertConsent(sql)
    await writeEvents(sql, id, 'consent.activated', 'consent.renewed')
    const { claimed } = await take(webhooks, 1)
    await webhooks.settle(claimed[0]!, { outcome: 'failed', error: 'timeout', retryAfterMs: 3_600_000 })
    t.match(await take(), { claimed: [], looked: 1 })
    t.match(await take(), { claimed: [], looked: 0 })
    t.same(await webhooks.waiting(['all', 'picky']), [])
  },
)

t.test('a sender that died: taken by another when its lease is over; what it says late', async (t) => {
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.activated')
  const [dead] = (await take()).claimed
  t.match(await take(replica.webhooks), { claimed: [] })
  await sql(`update webhook_deliveries set next_attempt_at = now() - interval '1 s'`)
  const [next] = (await take(replica.webhooks)).claimed
  t.match(next, { messageId: dead!.messageId, attempt: 2 })
  await webhooks.settle(dead!, { outcome: 'failed', error: 'timeout', retryAfterMs: 0 })
  t.match(
    await webhooks.list({}, { limit: 1, before: null }),
    [{ lastError: null }],
    'a verdict counts no more',
  )
  await webhooks.settle(dead!, { outcome: 'delivered' })
  t.match(await rowsOf(id), [{ state: 'delivered' }], 'that it came, always')
})

t.test('one that another replica is about to take is passed over', async (t) => {
  await writeEvents(sql, await insertConsent(sql), 'consent.activated')
  await other('begin')
  await other(`update webhook_deliveries set sending = true, next_attempt_at = now() + interval '1 h'`)
  t.match(await take(), { claimed: [], looked: 0 }, 'without waiting for it')
  await other('commit')
  t.match(await take(), { claimed: [], looked: 0 })
})

t.test('one given back was not tried', async (t) => {
  await writeEvents(sql, await insertConsent(sql), 'consent.activated')
  const { claimed } = await take()
  await webhooks.settle(claimed[0]!, { outcome: 'released' })
  t.match((await take(replica.webhooks)).claimed, [{ attempt: 1 }])
})

t.test('old ones are forgotten; a subscriber that no replica has is given up after a day', async (t) => {
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.renewed', 'consent.revoked')
  const { claimed } = await take(webhooks, 1)
  await webhooks.settle(claimed[0]!, { outcome: 'delivered' })
  await sql(
    `update webhook_deliveries set finished_at = finished_at - interval '29 days' where state = 'delivered'`,
  )
  await sql(`update webhook_subscribers set seen_at = now() - interval '23 h'`)
  await webhooks.tidy()
  t.equal((await rowsOf(id)).length, 3)
  await sql(
    `update webhook_deliveries set finished_at = finished_at - interval '2 days' where state = 'delivered'`,
  )
  await sql(`update webhook_subscribers set seen_at = now() - interval '25 h' where id = 'picky'`)
  await webhooks.tidy()
  t.match(await rowsOf(id), [
    { subscriber: 'all', state: 'pending' },
    { subscriber: 'picky', state: 'dead' },
  ])
  t.match(await webhooks.list({ state: 'dead' }, { limit: 9, before: null }), [
    { lastError: 'subscriber_removed' },
  ])
  const [{ id: dead }] = await sql(`select id from webhook_deliveries where state = 'dead'`)
  t.equal(await webhooks.resend(dead), 'subscriber_removed')
  await webhooks.register([ALL], { changed: false })
  t.match(await webhooks.summary(), { subscribers: 1, pending: 1, dead: 1 })
})

t.test('a replica with a former file changes nothing of what another wrote', async (t) => {
  await webhooks.register([{ ...ALL, owners: ['ledger'] }], { changed: true })
  await replica.webhooks.register([ALL], { changed: false })
  t.match(await sql(`select owners from webhook_subscribers where id = 'all'`), [{ owners: ['ledger'] }])
  await webhooks.register([ALL], { changed: true })
})

t.test('a statement that changes and tells at once: told as it was changed', async (t) => {
  const id = await insertConsent(sql)
  await store.consents.revoke(id, 'ledger', new Date())
  const ended = await insertConsent(sql)
  await sql(`update consents set expires_at = now() - interval '1 s' where id = $1`, [ended])
  const now = new Date()
  await store.housekeeping.run({ now, salvageWaitMs: null, codeTtlMs: 60_000, retentionMs: null, limit: 10 })
  const told = await sql('select consent_id, type, status from webhook_deliveries order by id')
  t.strictSame(told, [
    { consent_id: id, type: 'consent.revoked', status: 'revoked' },
    { consent_id: ended, type: 'consent.expired', status: 'expired' },
  ])
})
