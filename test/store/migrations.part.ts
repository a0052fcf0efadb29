import { readdir } from 'node:fs/promises'
import { checkSchema, migrateToLatest } from '../../src/store/migrate.ts'
import { t } from '../support/parts.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { connectSession, connectSql } from '../support/sql.ts'
import { openTestDatabase, untilBlocked } from './fixtures.ts'

const FILES = await readdir(new URL('../../migrations/', import.meta.url))
const ALL = FILES.map((file) => file.replace('.sql', '')).sort()

const FROM_0006 = ALL.filter((name) => name > '0006')

/** Takes back what 0008 brought. */
const UNDO_AUDIT = `drop function chain_consent_event, chain_bank_event, fill_event, keep_history, event_hash cascade;
  drop table event_chains;
  alter table consent_events drop column position, drop column hash, drop column personal,
    drop column personal_salt, drop column personal_hash;
  alter table bank_events drop column position, drop column hash;
  drop index consent_events_rekeyed;`

/** Takes back what 0009 brought. */
const UNDO_ERASURE = `drop index idempotency_keys_consent;
  alter table consents drop constraint consents_erased, drop column erased_at;`

/** Takes back what 0011 brought. */
const UNDO_WEBHOOKS = `drop function queue_webhooks cascade;
  drop table webhook_deliveries, webhook_subscribers, expiry_notices;`

t.test('from empty all are applied, and a second time none', async (t) => {
  const { url } = await createEmptyDatabase(t)
  t.same(await migrateToLatest(url), ALL)
  t.same(await migrateToLatest(url), [])
  await checkSchema(openTestDatabase(t, url))
})

t.test('five replicas that start at once apply each once', async (t) => {
  const { url } = await createEmptyDatabase(t)
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrateToLatest(url)))
  t.same(applied.flat().sort(), ALL)
  const rows = await connectSql(t, url)('select name from kysely_migration order by name')
  t.same(
    rows.map(({ name }) => name),
    ALL,
  )
})

t.test('who waits for a reader of long holds up nobody else for long, and comes back', async (t) => {
  const { url } = await createEmptyDatabase(t)
  await migrateToLatest(url)
  const [sql, reader] = [connectSql(t, url), connectSession(t, url)]
  await sql(`${UNDO_AUDIT} ${UNDO_ERASURE} ${UNDO_WEBHOOKS} drop table bank_certificates; alter table consent_tokens drop column certificate;
    alter table staged_tokens drop column certificate, drop column consent_expires_at;
    delete from kysely_migration where name > '0006'`)
  await reader('begin')
  await reader('select count(*) from consent_tokens')
  const migrating = t.rejects(migrateToLatest(url), { code: '55P03' })
  await untilBlocked(sql)
  t.same(await sql('select consent_id from consent_tokens'), [], 'a token is read all the same')
  await migrating
  await reader('commit')
  t.same(await migrateToLatest(url), FROM_0006)
})

t.test(
  'a database with the gate under its former name is brought up to date, whatever its first migrations held',
  async (t) => {
    const { url } = await createEmptyDatabase(t)
    await migrateToLatest(url)
    const sql = connectSql(t, url)
    await sql(`${UNDO_AUDIT} ${UNDO_ERASURE} ${UNDO_WEBHOOKS} drop table bank_certificates; alter table consent_tokens drop column certificate, drop column presented_by;
    alter table staged_tokens drop column certificate, drop column consent_expires_at;
    delete from kysely_migration where name > '0006' or name = '0004_presented_by';
    update kysely_migration set name = '0004_gate' where name = '0005_gate'`)
    const missing = ['0004_presented_by', ...FROM_0006]
    const message = new RegExp(`lacks the migrations ${missing.join(', ')}:`)
    await t.rejects(checkSchema(openTestDatabase(t, url)), { code: 'schema_unusable', message })
    const applied = await Promise.all([1, 2].map(() => migrateToLatest(url)))
    t.same(applied.flat(), missing)
    t.same(await migrateToLatest(url), [])
    await checkSchema(openTestDatabase(t, url))
  },
)

t.test('indexes of a table in use are built without holding up who writes, by one replica', async (t) => {
  const { url } = await createEmptyDatabase(t)
  await migrateToLatest(url)
  const [sql, writer] = [connectSql(t, url), connectSession(t, url)]
  const indexes = async () =>
    (await sql(`select indexname from pg_indexes where indexname ~ '_page$|_trouble$' order by 1`)).map(
      (row) => row.indexname,
    )
  const wanted = await indexes()
  await sql(`drop index consents_status_page, consents_iban_end_page, consent_tokens_trouble;
    delete from kysely_migration where name = '0010_queries'`)
  await sql(`create index consents_status_page on consents (status); update pg_index set indisvalid = false
    where indexrelid = 'consents_status_page'::regclass`)
  await writer('begin')
  await writer('lock table consents in row exclusive mode')
  // Of who comes from here on: who builds holds a lock by a transaction that waits.
  await sql(`alter database ${new URL(url).pathname.slice(1)} set idle_in_transaction_session_timeout = '1s'`)
  const migrating = Promise.all([1, 2].map(() => migrateToLatest(url)))
  await untilBlocked(sql)
  await sql('select pg_sleep(1.2)')
  await sql(`insert into consents (id, bank, status, requested_scopes, owner, created_at)
    values (gen_random_uuid(), 'b', 'pending', '{}', 'o', now())`)
  await writer('commit')
  t.same((await migrating).flat(), ['0010_queries'])
  t.same(await indexes(), wanted)
  const [{ definition }] = await sql(`select pg_get_indexdef('consents_status_page'::regclass) as definition`)
  t.match(definition, 'created_at DESC', 'what a build that was cut short left is made anew')
})

t.test('a newer schema is refused, and left as it is', async (t) => {
  const { url } = await createEmptyDatabase(t)
  await migrateToLatest(url)
  const sql = connectSql(t, url)
  await sql(`insert into kysely_migration values ('9999_future', now()::text)`)
  const wanted = {
    code: 'schema_unusable',
    message: /migrated by a newer version \(9999_future\): start that version/,
  }
  await t.rejects(migrateToLatest(url), wanted)
  await t.rejects(checkSchema(openTestDatabase(t, url)), wanted)
})

t.test('MIGRATE=check names what a stale schema lacks, and applies nothing', async (t) => {
  const { url } = await createEmptyDatabase(t)
  const db = openTestDatabase(t, url)
  const message = new RegExp(
    `lacks the migrations ${ALL.join(', ')}: run "npm run migrate", or start with MIGRATE=auto`,
  )
  await t.rejects(checkSchema(db), { code: 'schema_unusable', message })
  const [{ tables }] = await connectSql(
    t,
    url,
  )(`select count(*)::int as tables from pg_tables where schemaname = 'public'`)
  t.equal(tables, 0)
})
