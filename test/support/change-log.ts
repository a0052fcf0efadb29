import type { Sql } from './sql.ts'

/** Not what calls did: the gate and the notices of endings look after themselves; what a caller does to the gate is an event. */
export const BACKGROUND = ['bank_gates', 'bank_answers', 'bank_outcomes', 'expiry_notices']

/** What lengthens a chain stands among its events. */
const NOT_WATCHED = [
  ...BACKGROUND,
  'event_chains',
  'kysely_migration',
  'kysely_migration_lock',
  'test_changes',
]

/**
 * Counts every row that a committed transaction adds, changes or removes from here on, by triggers of the test's
 * own: cheap enough to ask after every request, and exact; the last is named. When a consent was last asked for, and how often in
 * an hour that is over, is noted in the background, and is no change.
 */
export async function watchChanges(sql: Sql): Promise<() => Promise<string>> {
  await sql(`create table test_changes (id bigint generated always as identity primary key, what text)`)
  await sql(`create function note_test_change() returns trigger language plpgsql as $$ begin
    if tg_op = 'UPDATE' and to_jsonb(old) - 'last_asked_at' = to_jsonb(new) - 'last_asked_at' then return null; end if;
    if tg_op = 'INSERT' and to_jsonb(new) ->> 'type' = 'tokens.handed_out' then return null; end if;
    insert into test_changes (what) values (tg_op || ' ' || tg_table_name); return null; end $$`)
  const tables = await sql(
    `select tablename as name from pg_tables
    where schemaname = 'public' and tablename <> all($1)`,
    [NOT_WATCHED],
  )
  for (const { name } of tables) {
    await sql(`create trigger test_change after insert or update or delete on ${name}
      for each row execute function note_test_change()`)
  }
  return async () => {
    const [last] = await sql('select id, what from test_changes order by id desc limit 1')
    return `${last?.id ?? 0} ${last?.what}`
  }
}
