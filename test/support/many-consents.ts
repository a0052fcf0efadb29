import { Kysely as Builder, type Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'

interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export interface Cost {
  /** Blocks that were touched, in memory or not. */
  readonly buffers: number
  readonly ms: number
}

export interface ManyConsents {
  readonly db: Database
  /** Runs something, and then each of its statements once more, measured by Postgres. */
  cost(run: () => Promise<unknown>): Promise<Cost>
  end(): Promise<void>
}

/**
 * Fills a database with consents as years leave them: nine of ten active, one in a thousand refused, one in a hundred
 * of those active in trouble; one owner of nearly all, one of few; three a customer, two an account.
 */
export async function fillWithConsents(url: string, count: number): Promise<ManyConsents> {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => {})
  const statements: Statement[] = []
  const db: Kysely<Tables> = new Builder({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void statements.push({ sql: query.sql, parameters: query.parameters }),
  })
  await sql`insert into consents (id, bank, status, requested_scopes, owner, customer_reference, metadata, iban_hash,
      chain, created_at, authorized_at, expires_at, ended_at)
    select gen_random_uuid(), 'abnamro', status, '{a,b}', case when n % 1000 = 7 then 'few' else 'ledger' end,
      'customer-' || n / 3, jsonb_build_object('padding', repeat('x', 300)), 'hash-' || n / 2, 1, made, made,
      case when status in ('pending', 'rejected') then null
        when status in ('active', 'reauthorization_required') then made + interval '90 days' else made + interval '10 days' end,
      case when status in ('rejected', 'expired', 'revoked') then made + interval '10 days' end
    from (select n, date_trunc('milliseconds', now() - n * (interval '89 days' / ${count}::int)) as made, case
        when n % 1000 = 3 then 'reauthorization_required' when n % 1000 < 10 then 'pending' when n % 100 < 4 then 'rejected'
        when n % 100 < 8 then case when n > ${count}::int / 2 then 'expired' else 'revoked' end else 'active' end as status
      from generate_series(0, ${count}::int - 1) n) made`.execute(db)
  await sql`insert into consent_tokens (consent_id, chain, version, refresh_token, obtained_at, access_expires_at, due_at,
      consecutive_failures)
    select id, 1, 1, repeat('r', 300), now(), now() + interval '2 h', now() + interval '1 h',
      case when row_number() over () % 100 = 5 then 2 else 0 end
    from consents where status = 'active'`.execute(db)
  await sql`vacuum analyze consents`.execute(db)
  await sql`vacuum analyze consent_tokens`.execute(db)
  return {
    db,
    cost: async (run) => {
      statements.length = 0
      await run()
      const costs = []
      for (const statement of [...statements]) costs.push(await explain(pool, statement))
      return {
        buffers: costs.reduce((sum, { buffers }) => sum + buffers, 0),
        ms: costs.reduce((sum, { ms }) => sum + ms, 0),
      }
    },
    end: () => db.destroy(),
  }
}

async function explain(pool: pg.Pool, { sql: text, parameters }: Statement): Promise<Cost> {
  const query = {
    text: `explain (analyze, buffers, timing off, format json) ${text}`,
    values: [...parameters],
  }
  const { rows } = await pool.query(query)
  const [{ Plan: plan, 'Execution Time': ms }] = rows[0]['QUERY PLAN']
  return { buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], ms }
}
