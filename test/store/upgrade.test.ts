import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { migrateToLatest } from '../../src/store/migrate.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'

t.test('of what 0003 left, only pairs that still wait for a verdict get a second presentation', async (t) => {
  const sql = connectSql(t, (await createEmptyDatabase(t)).url)
  const apply = async (name: string) =>
    sql(await readFile(new URL(`../../migrations/${name}.sql`, import.meta.url), 'utf8'))
  for (const name of ['0001_consents', '0002_tokens', '0003_authorizations']) await apply(name)
  const insert = async (status: string, columns: { due: boolean; claimed: boolean }) => {
    const id = randomUUID()
    await sql(
      `insert into consents (id, bank, status, requested_scopes, owner, created_at) values ($1, 'b', $2, '{}', 'o', now())`,
      [id, status],
    )
    await sql(
      `insert into consent_tokens (consent_id, chain, version, refresh_token, obtained_at, access_expires_at, due_at,
         presentations, attempt_id) values ($1, 1, 1, 'r', now(), now(), case when $2 then now() end, 1,
         case when $3 then gen_random_uuid() end)`,
      [id, columns.due, columns.claimed],
    )
    return id
  }
  const parked = await insert('active', { due: true, claimed: false })
  await insert('active', { due: true, claimed: true })
  await insert('reauthorization_required', { due: false, claimed: false })
  await apply('0004_presented_by')
  await apply('0005_gate')
  t.match(await sql('select count(*)::int as n from consent_tokens where attempt_id = presented_by[1]'), [
    { n: 1 },
  ])
  const uncertain = await sql('select consent_id from consent_tokens where uncertain_at is not null')
  t.same(uncertain, [{ consent_id: parked }])
})

t.test('a database whose first migrations held all of 0004 already comes out the same', async (t) => {
  const { url } = await createEmptyDatabase(t)
  await migrateToLatest(url)
  const sql = connectSql(t, url)
  const columns = () =>
    sql(`select table_name, column_name, data_type, column_default from information_schema.columns
      where table_schema = 'public' order by 1, 2`)
  const indexes = () => sql(`select indexdef from pg_indexes where schemaname = 'public' order by 1`)
  const before = [await columns(), await indexes()]
  await sql(await readFile(new URL('../../migrations/0004_presented_by.sql', import.meta.url), 'utf8'))
  t.same([await columns(), await indexes()], before)
})
