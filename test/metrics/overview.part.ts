import type { MeteredOverview } from '../../src/http/metrics/overview.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { parseScrape, sample } from './support/scrape.ts'

const COUNTS = {
  pending: 1,
  active: 5,
  reauthorization_required: 2,
  rejected: 0,
  failed: 0,
  abandoned: 0,
  expired: 0,
  revoked: 0,
}

/** Metrics over a database that answers as it is told. */
function setUp() {
  const { clock, skip } = createSkippingClock()
  const metrics = createMetrics()
  const now = clock.now()
  const database = { reads: 0, answer: async (overview: MeteredOverview) => overview }
  metrics.watchDatabase(() => {
    database.reads += 1
    return database.answer({
      summary: {
        countsByStatus: COUNTS,
        due: 3,
        oldestDueAt: new Date(now.getTime() - 40_000),
        failing: 2,
        uncertain: 1,
        expiringWithin14Days: 4,
        hold: null,
        countedAt: now,
        endings: [],
      },
      endings: { within: { '1d': 1, '7d': 2, '14d': 4 }, nextAt: new Date(1_800_000_000_000) },
      sealingSince: new Date(1_700_000_000_000),
    })
  }, clock)
  return { metrics, database, skip }
}

t.test('what stands in the database', async (t) => {
  const { metrics, database } = setUp()
  const text = await metrics.text()
  const shown = {
    'token_broker_consents{status="active"}': 5,
    'token_broker_consents{status="revoked"}': 0,
    'token_broker_consents_ending{within="7d"}': 2,
    token_broker_next_ending_timestamp_seconds: 1_800_000_000,
    token_broker_rotations_due: 3,
    token_broker_rotations_failing: 2,
    token_broker_rotations_uncertain: 1,
    token_broker_encryption_key_first_used_timestamp_seconds: 1_700_000_000,
  }
  for (const [name, value] of Object.entries(shown)) t.equal(sample(text, name), value, name)
  t.ok(sample(text, 'token_broker_refresh_lag_seconds') >= 40)
  await Promise.all(Array.from({ length: 20 }, () => metrics.text()))
  t.equal(database.reads, 1, 'it is read once, however many scrape')
})

t.test('a database that is away: the last numbers, their age, and then none', async (t) => {
  const { metrics, database, skip } = setUp()
  await metrics.text()
  database.answer = () => Promise.reject(new Error('away'))
  skip(11_000)
  const text = await metrics.text()
  t.equal(database.reads, 2)
  t.equal(sample(text, 'token_broker_consents{status="active"}'), 5)
  t.ok(sample(text, 'token_broker_overview_age_seconds') >= 11)
  skip(300_000)
  const old = parseScrape(await metrics.text())
  for (const name of ['consents', 'consents_ending', 'rotations_due', 'refresh_lag_seconds'])
    t.notOk(old.has(`token_broker_${name}`), `${name} is shown no more`)
  t.ok(old.has('token_broker_overview_age_seconds'))
  database.answer = async (overview) => overview
  t.equal(sample(await metrics.text(), 'token_broker_rotations_due'), 3, 'at once when it is back')
})

t.test('a database that hangs holds up no scrape', async (t) => {
  const { metrics, database } = setUp()
  const answer = Promise.withResolvers<void>()
  database.answer = async (overview) => answer.promise.then(() => overview)
  const began = performance.now()
  t.notOk(parseScrape(await metrics.text()).has('token_broker_consents'))
  t.ok(performance.now() - began < 5_000, 'a second, and what a busy machine adds')
  const second = metrics.text()
  t.equal(database.reads, 1, 'one read at a time')
  answer.resolve()
  t.equal(sample(await second, 'token_broker_consents{status="active"}'), 5)
})

t.test('before the database is known to be fit for use nothing is read', async (t) => {
  const scrape = parseScrape(await createMetrics().text())
  t.notOk(scrape.has('token_broker_overview_age_seconds'))
  t.notOk(scrape.has('token_broker_bank_certificate_expiry_timestamp_seconds'), '0 would be the year 1970')
})
