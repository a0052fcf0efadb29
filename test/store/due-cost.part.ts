import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { systemClock } from '../../src/clock.ts'
import { createTokenStore } from '../../src/store/claims.ts'
import type { Database } from '../../src/store/database.ts'
import { eraseEnded } from '../../src/store/erase.ts'
import { takeBackVerdicts } from '../../src/store/refusal-brake.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { waitFor } from '../support/wait-for.ts'
import { BANK, TERMS } from './fixtures.ts'

interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

const { url } = await createTestDatabase(t)
const pool = new pg.Pool({ connectionString: url, max: 1 })
// The database may be dropped before a connection has said goodbye.
pool.on('error', () => {})
const statements: Statement[] = []
const db: Database = new Kysely({
  dialect: new PostgresDialect({ pool }),
  log: ({ query: { sql, parameters } }) => void statements.push({ sql, parameters }),
})
t.teardown(() => db.destroy())
const tokens = createTokenStore(db, systemClock)

const DUE = 50

await db.executeQuery(
  sql`insert into consents (id, bank, status, requested_scopes, owner, chain, created_at)
    select gen_random_uuid(), ${BANK}, 'active', '{}', 'x', 1, now() from generate_series(1, 5000)`.compile(
    db,
  ),
)
await db.executeQuery(
  sql`insert into consent_tokens (consent_id, chain, version, refresh_token, obtained_at, access_expires_at, due_at)
    select id, 1, 1, repeat('r', 600), now(), now() + interval '2 h', now() + case when row_number() over () <= ${DUE}
      then interval '-1 min' else interval '1 h' end from consents`.compile(db),
)
// A vacuum's snapshot would keep the room of dead versions from being used again.
await sql`alter table consent_tokens set (autovacuum_enabled = off)`.execute(db)
await sql`analyze consents`.execute(db)
await sql`analyze consent_tokens`.execute(db)

t.test('claims in batches and one by one are HOT updates', async (t) => {
  const before = await countUpdates()
  const claims = await tokens.claimDue({ ...TERMS, limit: DUE })
  t.equal(claims.length, DUE)
  await Promise.all(claims.map((one) => one.giveBack({ reason: 'lease', retryAfterMs: 0, counts: false })))
  const given = await countUpdates()
  t.equal(given.updates - before.updates, 2 * DUE)
  t.equal(
    given.hot - before.hot,
    DUE,
    'all claims, and no more: what is given back falls due at another time',
  )
  await untilOlderEnd()
  for (const pair of claims) await tokens.claim({ pair, ...TERMS, rejectionEveryMs: null })
  const after = await countUpdates()
  t.same([after.updates - given.updates, after.hot - given.hot], [DUE, DUE])
})

/** Others of the cluster that run since before keep dead versions from making room (GlobalVisState of Postgres). */
async function untilOlderEnd(): Promise<void> {
  const { rows } = await sql<{ next: string }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(db)
  await waitFor('transactions that are older to end', async () => {
    const { rows: later } = await sql`
      select where pg_snapshot_xmin(pg_current_snapshot()) >= ${rows[0]?.next}::xid8`.execute(db)
    return later.length > 0
  })
}

async function countUpdates(): Promise<{ updates: number; hot: number }> {
  await sql`select pg_stat_force_next_flush()`.execute(db)
  const { rows } = await sql<{ updates: number; hot: number }>`
    select n_tup_upd::int as updates, n_tup_hot_upd::int as hot from pg_stat_user_tables
    where relname = 'consent_tokens'`.execute(db)
  return rows[0] ?? { updates: 0, hot: 0 }
}

t.test('the due query goes by the due index, and does not read what is not due', async (t) => {
  statements.length = 0
  await tokens.claimDue({ ...TERMS, limit: 100 })
  const plan = await explain(statements[0])
  t.match(plan, /Index Scan using consent_tokens_due on consent_tokens/)
  t.match(plan, /Index Scan using consents_pkey on consents/)
  t.notMatch(plan, /Seq Scan on consent_tokens/)
})

t.test('a hold is looked up once, and the due rows are not read at all', async (t) => {
  await sql`insert into bank_gates (bank, hold_until) values (${BANK}, now() + interval '1 min')`.execute(db)
  const plan = await explain(statements[0])
  t.match(plan, /One-Time Filter: \(NOT (\(?InitPlan|\$\d)/)
  t.match(plan, /consent_tokens_due on consent_tokens [^\n]*\(never executed\)/)
})

t.test('without a brake no verdict of long ago is read', async (t) => {
  await sql`update consent_tokens set refused_at = now() - interval '1 day', presentations = 1`.execute(db)
  statements.length = 0
  await takeBackVerdicts(db)
  const plan = await explain(statements[0])
  t.match(plan, /One-Time Filter: (\(?InitPlan|\$\d)/)
  t.notMatch(plan, /Rows Removed by Filter: \d{3}/)
})

t.test('the look for what is to be erased reads nothing that is not', async (t) => {
  await sql`
    update consents set status = 'expired', ended_at = now() - '1 day'::interval * (n % 500), erased_at =
      case when n % 500 > 400 then now() end
    from (select id, row_number() over () as n from consents) numbered where numbered.id = consents.id`.execute(
    db,
  )
  await sql`analyze consents`.execute(db)
  statements.length = 0
  const now = new Date()
  const erased = await eraseEnded(db, {
    ...{ now, retentionMs: 400.5 * 86_400_000, limit: 100, salvageWaitMs: null, codeTtlMs: 1 },
  })
  t.equal(erased, 0)
  const plan = await explain(statements.find((one) => one.sql.includes('from consents c')))
  t.match(plan, /Index Scan using consents_to_erase on consents c \(actual rows=0/)
  t.notMatch(plan, /Seq Scan on consents|Rows Removed by Filter/)
})

async function explain(statement: Statement | undefined): Promise<string> {
  if (statement === undefined) throw new Error('no statement was seen')
  const { rows } = await pool.query({
    text: `explain (analyze, costs off, timing off) ${statement.sql}`,
    values: [...statement.parameters],
  })
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
