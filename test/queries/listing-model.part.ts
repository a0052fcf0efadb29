import fc from 'fast-check'
import { CONSENT_STATUSES, type ConsentStatus } from '../../src/core/consent.ts'
import type { ConsentFilter, ListOrder, PagePosition } from '../../src/core/consent-store.ts'
import { Secret } from '../../src/core/secret.ts'
import { openDatabase } from '../../src/store/index.ts'
import { listConsents } from '../../src/store/list.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'

const { url } = await createTestDatabase(t)
const sql = connectSql(t, url)
const db = openDatabase({ url: new Secret(url), maxConnections: 4, onError: () => {} })
t.teardown(() => db.destroy())

/** Half a moment from some ends, so that those are over and not written down. */
const NOW = new Date()
const RUNS = 25

/** Few different times, so that ids decide as well, with microseconds, which no cursor may lose. */
const INSERT = `
  with made as (
    insert into consents (id, bank, status, requested_scopes, owner, customer_reference, iban_hash, chain, created_at, expires_at)
    select gen_random_uuid(), 'b', (array['pending', 'active', 'active', 'active', 'reauthorization_required', 'rejected',
        'failed', 'abandoned', 'expired', 'revoked'])[1 + floor(random() * 10)],
      '{}', (array['x', 'y'])[1 + n % 2], (array['r', 's', null])[1 + n % 3], (array['h', 'i', null])[1 + n % 3], 1,
      $2::timestamptz - interval '1 h' + floor(random() * 8) * interval '1 s 1 us',
      case when random() < 0.9 then $2::timestamptz + (floor(random() * 8) - 2) * interval '1 d 3 us' end
    from generate_series(1, $1::int) n returning id, status)
  , tokens as (
    insert into consent_tokens (consent_id, chain, version, refresh_token, obtained_at, access_expires_at, due_at, consecutive_failures)
    select id, 1, 1, 'r', now(), $2::timestamptz + floor(random() * 4) * interval '1 h', now(), (random() < 0.3)::int
    from made where status in ('active', 'pending', 'reauthorization_required') and random() < 0.9)
  select id from made`

const still: string[] = (await sql(INSERT, [150, NOW])).map(({ id }) => id)
const moving: string[] = (await sql(INSERT, [60, NOW])).map(({ id }) => id)

interface Row {
  readonly id: string
  readonly status: ConsentStatus
  readonly owner: string
  readonly customer_reference: string | null
  readonly iban_hash: string | null
  readonly expires_at: Date | null
  readonly created: string
  readonly ends: string | null
  readonly token_ends: string | null
  readonly trouble: boolean
}

const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint::text`

async function readStill(): Promise<Row[]> {
  return sql(
    `select c.id, c.status, c.owner, c.customer_reference, c.iban_hash, c.expires_at, ${micros('c.created_at')} as created,
       ${micros('c.expires_at')} as ends, ${micros('t.access_expires_at')} as token_ends,
       coalesce(t.due_at is not null and t.consecutive_failures > 0, false) as trouble
     from consents c left join consent_tokens t on t.consent_id = c.id where c.id = any($1)`,
    [still],
  )
}

const LIVING = ['pending', 'active', 'reauthorization_required']

function statusOf({ status, expires_at }: Row): ConsentStatus {
  return LIVING.includes(status) && expires_at !== null && expires_at <= NOW ? 'expired' : status
}

/** The order as it is promised, without a database. */
function placeOf(
  row: Row,
  order: ListOrder,
  apart: boolean,
): { section: number; key: bigint; down: boolean } {
  const created = { key: BigInt(row.created), down: true }
  if (order === 'newest') return { section: 0, ...created }
  const status = statusOf(row)
  const end = { key: row.ends === null ? 10n ** 18n : BigInt(row.ends), down: false }
  if (status === 'reauthorization_required') return { section: 0, ...end }
  const living = status === 'active' || status === 'pending'
  if (living && apart && row.trouble) return { section: 1, key: BigInt(row.token_ends ?? 0), down: false }
  if (status === 'active') return { section: 2, ...end }
  return { section: status === 'pending' ? 3 : 4, ...created }
}

function expected(rows: readonly Row[], filter: ConsentFilter, order: ListOrder): string[] {
  const apart = Object.keys(filter).every((name) => name === 'status')
  const listed = rows
    .filter((row) => matches(row, filter))
    .map((row) => ({ id: row.id, ...placeOf(row, order, apart) }))
  listed.sort((a, b) => {
    if (a.section !== b.section) return a.section - b.section
    const way = a.down ? -1 : 1
    if (a.key !== b.key) return a.key < b.key ? -way : way
    return a.id < b.id ? -way : way
  })
  return listed.map(({ id }) => id)
}

function matches(
  row: Row,
  { status, owner, customerReference, iban, expiresBefore }: ConsentFilter,
): boolean {
  return (
    (status === undefined || statusOf(row) === status) &&
    (owner === undefined || row.owner === owner) &&
    (customerReference === undefined || row.customer_reference === customerReference) &&
    (iban === undefined || iban.some(({ hash }) => hash === row.iban_hash)) &&
    (expiresBefore === undefined || (row.expires_at !== null && row.expires_at < expiresBefore))
  )
}

/** What others do meanwhile: to consents of their own, save that what is over may be written down for any. */
const WRITES: readonly (() => Promise<unknown>)[] = [
  () => sql(INSERT, [1, NOW]),
  () => sql(`update consents set status = $1 where id = $2`, [pick(CONSENT_STATUSES), pick(moving)]),
  () =>
    sql(`update consents set expires_at = $1::timestamptz + $3::int * interval '1 d' where id = $2`, [
      NOW,
      pick(moving),
      pick([-1, 2, 9]),
    ]),
  () =>
    sql(`update consent_tokens set consecutive_failures = 1 - consecutive_failures where consent_id = $1`, [
      pick(moving),
    ]),
  () =>
    sql(
      `update consent_tokens set access_expires_at = access_expires_at + interval '1 h' where consent_id = $1`,
      [pick(moving)],
    ),
  () =>
    sql(
      `update consents set status = 'expired', ended_at = expires_at where id in (select id from consents
         where status = any($1) and expires_at <= $2 order by random() limit 1)`,
      [LIVING, NOW],
    ),
]

let seed = 0
function pick<T>(among: readonly T[]): T {
  seed += 1
  return among[(seed * 7919 + Math.floor(Math.random() * among.length)) % among.length] as T
}

async function listAll(filter: ConsentFilter, order: ListOrder, limit: number): Promise<string[]> {
  const ids: string[] = []
  let after: PagePosition | null = null
  do {
    // While the page is read, and between pages.
    const [page]: [Awaited<ReturnType<typeof listConsents>>, unknown] = await Promise.all([
      listConsents(db, filter, { order, now: NOW, limit, after }),
      pick(WRITES)(),
    ])
    ids.push(...page.records.map(({ consent }) => consent.id))
    after = page.next
  } while (after !== null)
  return ids
}

const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 })
const day = (days: number) => new Date(NOW.getTime() + days * 86_400_000)
const hashes = (...named: string[]) => named.map((hash) => ({ hash, kid: 'k' }))

const QUERY = fc.record({
  order: fc.constantFrom('attention', 'newest'),
  limit: fc.integer({ min: 1, max: 30 }),
  filter: fc
    .record({
      status: maybe(CONSENT_STATUSES),
      owner: maybe(['x', 'y', 'z']),
      customerReference: maybe(['r', 's']),
      iban: maybe([hashes('h'), hashes('h', 'i'), hashes('none')]),
      expiresBefore: maybe([day(-1), day(2), day(50)]),
    })
    .map(
      (all) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as ConsentFilter,
    ),
})

t.test('what did not change is listed exactly once and in its place, while others write', async (t) => {
  const rows = await readStill()
  const own = new Set(still)
  await fc.assert(
    fc.asyncProperty(QUERY, async ({ filter, order, limit }) => {
      const listed = (await listAll(filter, order as ListOrder, limit)).filter((id) => own.has(id))
      t.same(listed, expected(rows, filter, order as ListOrder), JSON.stringify({ filter, order, limit }))
      return listed.join() === expected(rows, filter, order as ListOrder).join()
    }),
    {
      numRuns: RUNS,
      examples: [[{ order: 'attention', limit: 7, filter: {} }], [{ order: 'newest', limit: 7, filter: {} }]],
    },
  )
})
