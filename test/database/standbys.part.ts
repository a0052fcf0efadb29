import pg from 'pg'
import { mayForgetOnFailover } from '../../src/store/index.ts'
import { openTestDatabase } from '../store/fixtures.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { startPrivateServer } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const WARNING = 'a failover may forget a commit'
const HIDDEN = 'the standbys of the database cannot be seen'

const server = await startPrivateServer(t, { settings: { wal_level: 'logical' } })
const sql = connectSql(t, server.url)
await sql(`create role app login password 'of-the-app'`)
await sql('create database app owner app')
const url = new URL('/app', server.url)
Object.assign(url, { username: 'app', password: 'of-the-app' })
const world = await createWorld(t, { databaseUrl: url.href })

async function startAs(overrides: Record<string, string> = {}): Promise<string> {
  const broker = await world.startBroker(overrides)
  await broker.stop()
  return broker.logged.join('\n')
}

/** Follows the server as a standby does, as far as the server can tell. */
async function follow(command: (position: string) => string, replication: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url, replication } as pg.ClientConfig)
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query('IDENTIFY_SYSTEM')
  // Never answered: it turns the connection into a stream.
  client.query(command(rows[0].xlogpos)).catch(() => {})
  await waitFor('the standby', async () => (await sql('select from pg_stat_replication')).length > 0)
  return client
}

async function leave(client: pg.Client): Promise<void> {
  client.end().catch(() => {})
  await waitFor('the standby to leave', async () => {
    await sql('select pg_terminate_backend(pid) from pg_stat_replication')
    return (await sql('select from pg_stat_replication')).length === 0
  })
}

t.test('without standbys nothing is said', async (t) => {
  const logged = await startAs()
  t.notMatch(logged, WARNING)
  t.notMatch(logged, HIDDEN)
})

t.test('a subscriber is no standby', async (t) => {
  await sql(`select pg_create_logical_replication_slot('subscriber', 'pgoutput')`)
  await sql('create publication everything for all tables')
  const options = `(proto_version '1', publication_names 'everything')`
  const subscriber = await follow(
    (position) => `START_REPLICATION SLOT subscriber LOGICAL ${position} ${options}`,
    'database',
  )
  await waitFor('it to read its slot', async () => {
    return (await sql('select from pg_replication_slots where active')).length > 0
  })
  t.notMatch(await startAs(), WARNING)
  await leave(subscriber)
})

t.test('with a standby', async (t) => {
  const standby = await follow((position) => `START_REPLICATION PHYSICAL ${position}`, 'true')
  t.teardown(() => leave(standby))
  await waitFor('it to stream', async () => {
    const [row] = await sql('select sync_state, state from pg_stat_replication')
    return row?.sync_state === 'async' && row.state === 'streaming'
  })

  await t.test('that is asynchronous, the start warns', async (t) => {
    t.match(await startAs({ DATABASE_URL: new URL('/app', server.url).href }), WARNING)
  })

  await t.test('a role that may not see its state warns too', async (t) => {
    t.match(await startAs(), WARNING)
  })

  await t.test('a role that may not look at all starts, and says so', async (t) => {
    const own = connectSql(t, new URL('/app', server.url).href)
    await own('revoke select on pg_stat_replication from public')
    const logged = await startAs()
    t.match(logged, HIDDEN)
    t.match(logged, 'token-broker is ready')
    t.notMatch(logged, WARNING)
    await own('grant select on pg_stat_replication to public')
  })

  await t.test('that commits wait for, nothing is to be warned of', async (t) => {
    await sql(`alter system set synchronous_standby_names = '*'`)
    await sql('select pg_reload_conf()')
    const db = openTestDatabase(t, url.href)
    await waitFor('it to be synchronous', async () => !(await mayForgetOnFailover(db)))
    const lax = new URL(url)
    lax.searchParams.set('options', '-c synchronous_commit=local')
    t.equal(
      await mayForgetOnFailover(openTestDatabase(t, lax.href)),
      true,
      'save by a role that does not wait',
    )
  })
})
