import { readFileSync } from 'node:fs'
import type { ConsentFilter, ListOrder, PagePosition } from '../../src/core/consent-store.ts'
import { listConsents } from '../../src/store/list.ts'
import { count } from '../../src/store/summary.ts'
import { LISTED } from '../support/listed.ts'
import { fillWithConsents } from '../support/many-consents.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'

const ROWS = 3_000
const LIMIT = 5
/** What a page of five touches at most; the table alone has about 300 blocks, its tokens as many. */
const PAGE_BUFFERS = 170

const { url } = await createTestDatabase(t)
const { db, cost, end } = await fillWithConsents(url, ROWS)
t.teardown(end)

const now = new Date()
const middle: Readonly<Record<ListOrder, PagePosition>> = {
  attention: { section: 2, at: new Date(now.getTime() + 45 * 86_400_000).toISOString(), id: randomId() },
  newest: { section: 0, at: new Date(now.getTime() - 45 * 86_400_000).toISOString(), id: randomId() },
}

function randomId(): string {
  return crypto.randomUUID()
}

/** Where one filter finds and another order leads, entries are looked at in vain, up to a bound. */
const SIFTED = { newest: ['ending within days', 'active, ending soon', "an owner's, ending soon"] }

for (const order of ['attention', 'newest'] as const) {
  for (const [name, filterAt] of Object.entries(LISTED)) {
    if (order === 'newest' && SIFTED.newest.includes(name)) continue
    t.test(`${order}: ${name}`, async (t) => {
      const filter: ConsentFilter = filterAt(now)
      for (const after of [null, middle[order]]) {
        const { buffers } = await cost(() => listConsents(db, filter, { order, now, limit: LIMIT, after }))
        t.ok(
          buffers <= PAGE_BUFFERS,
          `${buffers} buffers ${after === null ? 'at the start' : 'in the middle'}`,
        )
      }
    })
  }
}

t.test('counting reads indexes, not consents', async (t) => {
  const { buffers } = await cost(() => count(db, now))
  t.ok(buffers <= 250, `${buffers} buffers`)
})

t.test('asking for a token and rotating it change no index of a consent', async (t) => {
  const text = readFileSync(new URL('../../migrations/0010_queries.sql', import.meta.url), 'utf8')
  t.notMatch(
    text.match(/create index[^;]+;/g)?.join(''),
    /last_asked_at|presentations|attempt_id|lease_until/,
  )
})
