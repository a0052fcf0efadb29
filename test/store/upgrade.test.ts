import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import t from 'tap'
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
  await apply('0004_gate')
  const uncertain = await sql('select consent_id from consent_tokens where uncertain_at is not null')
  t.same(uncertain, [{ consent_id: parked }])
})
