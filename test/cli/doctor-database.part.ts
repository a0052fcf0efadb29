import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { checkDatabase } from '../../src/doctor/database.ts'
import { newKeyRing } from '../../src/vault/index.ts'
import { t } from '../support/parts.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts'
import { connectSql, queryOnce } from '../support/sql.ts'
import { badOf, told } from './told.ts'

type Env = Readonly<Record<string, string>>

const folder = t.testdir({ 'ring.json': newKeyRing('2026-11') })

async function bad(more: Env): Promise<readonly string[]> {
  const env = { ENCRYPTION_KEYS_FILE: join(folder, 'ring.json'), ...more }
  return badOf(await checkDatabase({ env, clock: systemClock, timeoutMs: 15_000 }))
}

t.test('a database that refuses us, is away, is foreign, old or of too few rights', async (t) => {
  const { url } = await createTestDatabase(t)
  const other = connectSql(t, url)
  told(t, await bad({ DATABASE_URL: new URL('/nowhere', url).href }), [
    /^failure database: The database that .* does not exist/,
  ])
  told(t, await bad({ DATABASE_URL: 'postgres://me:secret-pw@127.0.0.1:1/x' }), [
    /^failure database: .* \(ECONNREFUSED\)/,
  ])

  const empty = await createEmptyDatabase(t)
  told(t, await bad({ DATABASE_URL: empty.url }), [
    /^warning schema: .* lacks 0001_\w+, .*: the next start applies that\.$/,
  ])
  told(t, await bad({ DATABASE_URL: empty.url, MIGRATE: 'check' }), [
    /^failure schema: .*run "npm run migrate"/,
  ])
  const role = `doctor_${process.pid}`
  await other(`create role ${role} login password 'secret-pw'`)
  t.teardown(() => queryOnce(new URL('/postgres', url).href, `drop role if exists ${role}`))
  const as = (database: string) =>
    Object.assign(new URL(database), { username: role, password: 'secret-pw' }).href
  told(t, (await bad({ DATABASE_URL: as(empty.url) })).slice(0, 1), [
    /^failure schema: .* lacks 0001_.* may create nothing in this schema/,
  ])
  await other(`insert into kysely_migration values ('9999_future', now()::text)`)
  told(t, await bad({ DATABASE_URL: url }), [/^failure schema: .* newer version/, /./])
  await other(`delete from kysely_migration where name = '9999_future'`)

  await other(`grant select, insert on all tables in schema public to ${role}`)
  await other(`grant update on all tables in schema public to ${role}`)
  await other(`revoke insert on consents from ${role}`)
  const limited = as(url)
  const [lacking, ...more] = await bad({ DATABASE_URL: limited })
  t.match(lacking, /^failure rights: .*consent_tokens: DELETE, consents: INSERT, /)
  t.notMatch(lacking, 'consent_events')
  t.strictSame(more, [])
  await other(`alter role ${role} set synchronous_commit = off`)
  told(t, await bad({ DATABASE_URL: limited }), [/^failure database: .*synchronous_commit=off/])
  await other(`drop owned by ${role}`)
})

t.test('a standby, standbys that may forget, and a server that is too old', async (t) => {
  const { url } = await createTestDatabase(t)
  const database = new URL(url).pathname.slice(1)
  // What is found in front of pg_catalog is what a server in that state would tell.
  await queryOnce(url, `create view pg_stat_replication as select 1 as pid, 'streaming' as state`)
  await queryOnce(url, `alter database "${database}" set search_path = public, pg_catalog`)
  told(t, await bad({ DATABASE_URL: url }), [/^warning database: The standbys are asynchronous: /])
  await queryOnce(url, 'create function pg_is_in_recovery() returns boolean return true')
  told(t, await bad({ DATABASE_URL: url }), [/^failure database: DATABASE_URL leads to a standby/])
  await queryOnce(
    url,
    `create function current_setting(name text) returns text language sql
     as $$ select case name when 'server_version_num' then '140011' else '14.11' end $$`,
  )
  told(t, await bad({ DATABASE_URL: url }), [
    /^failure database: The database is PostgreSQL 14\.11: 15 or newer/,
  ])
})

t.test('keys that are missing, others than they were, or no keys', async (t) => {
  const ring = join(folder, 'used.json')
  await writeFile(ring, newKeyRing('2027-01'), { mode: 0o600 })
  const { url } = await createTestDatabase(t)
  const used: Env = { DATABASE_URL: url, ENCRYPTION_KEYS_FILE: ring }
  t.strictSame(await bad(used), [])
  const unheard = { ...used, DATABASE_LISTEN_URL: 'postgres://127.0.0.1:1/x' }
  told(t, await bad(unheard), [/^warning notifications: /])
  t.strictSame(await bad({ ...unheard, TOKEN_CACHE: 'off' }), [])
  await queryOnce(url, `insert into encryption_keys values ('2026-01', 'another', now())`)
  told(t, await bad(used), [/^failure encryption keys: .*"2026-01" .*0 values are sealed under it\.$/])
  await queryOnce(url, `update encryption_keys set kid = '2027-01'`)
  told(t, await bad(used), [/^failure encryption keys: .*is not the key of that id/])
  await writeFile(ring, '{}')
  told(t, await bad(used), [/^failure encryption keys: /])
})
