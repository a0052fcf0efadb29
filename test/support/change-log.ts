import type { Sql } from './sql.ts'

/** Not what calls did: the gate looks after itself, and what a caller does to it stands among its events. */
const NOT_WATCHED = [
  'bank_gates',
  'bank_answers',
  'bank_outcomes',
  'kysely_migration',
  'kysely_migration_lock',
  'test_changes',
]

/**
 * Counts every row that a committed transaction adds, changes or removes from here on, by triggers of the test's
 * own: cheap enough to ask after every request, and exact. When a consent was last asked for is noted in the
 * background, and is no change.
 */
export async function watchChanges(sql: Sql): Promise<() => Promise<string>> {
  await sql(`create table test_changes (id bigint generated always as identity primary key)`)
  await sql(`create function note_test_change() returns trigger language plpgsql as $$ begin
    if tg_op = 'UPDATE' and to_jsonb(old) - 'last_asked_at' = to_jsonb(new) - 'last_asked_at' then return null; end if;
    insert into test_changes default values; return null; end $$`)
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
    const [{ id }] = await sql('select coalesce(max(id), 0) as id from test_changes')
    return id
  }
}
