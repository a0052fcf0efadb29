import t from 'tap'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSession, connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { statusOf } from './helpers.ts'

const WAITING_FOR_A_LOCK = `select 1 from pg_stat_activity
  where datname = current_database() and application_name = 'token-broker' and wait_event_type = 'Lock'`

t.test('a call whose transaction Postgres undid for another is done again', async (t) => {
  const { url } = await createTestDatabase(t)
  const sql = connectSql(t, url)
  // The broker's session looks for a deadlock first, so it is the one that gives way.
  await sql(
    `do $$ begin execute format('alter database %I set deadlock_timeout = ''20ms''', current_database()); end $$`,
  )
  const broker = await (await createWorld(t, { databaseUrl: url })).startBroker()
  const id = await activate(broker)
  const other = connectSession(t, url)

  await other(`set deadlock_timeout = '1min'`)
  await other('begin')
  await other('select from consent_tokens where consent_id = $1 for update', [id])
  const deleted = call(broker, `DELETE /v1/consents/${id}`)
  await waitFor('the call to wait', async () => (await sql(WAITING_FOR_A_LOCK)).length > 0)
  await other('select from consents where id = $1 for update', [id])
  await other('commit')

  t.equal((await deleted).status, 204)
  t.equal(await statusOf(broker, id), 'revoked')
})
