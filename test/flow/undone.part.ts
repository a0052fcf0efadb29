import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { statusOf } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

/** Has Postgres undo transactions that revoke, as it undoes one of a deadlock's; a sequence counts on all the same. */
async function undoRevocations(sqlstate: string, times: number): Promise<void> {
  await sql('create sequence if not exists revocations')
  await sql("select setval('revocations', 1, false)")
  await sql(`create or replace function undo() returns trigger language plpgsql as $$ begin
    if nextval('revocations') <= ${times} then raise exception 'undone' using errcode = '${sqlstate}'; end if;
    return new;
  end $$`)
  await sql(`create or replace trigger undo before update on consents for each row
    when (new.status = 'revoked') execute function undo()`)
}

for (const [what, sqlstate] of [
  ['a deadlock', '40P01'],
  ['a serialization failure', '40001'],
] as const) {
  t.test(`a call whose transaction was undone for ${what} is done again`, async (t) => {
    const id = await activate(broker)
    await undoRevocations(sqlstate, 2)
    t.equal((await call(broker, `DELETE /v1/consents/${id}`)).status, 204)
    t.equal(await statusOf(broker, id), 'revoked')
    t.match(await sql('select last_value::int as runs from revocations'), [{ runs: 3 }])
  })
}

t.test('one that is undone again and again is put off, and nothing is half done', async (t) => {
  const id = await activate(broker)
  await undoRevocations('40P01', 100)
  const answer = await call(broker, `DELETE /v1/consents/${id}`)
  t.match(answer, { status: 503, body: { code: 'storage_unavailable' } })
  t.equal(await statusOf(broker, id), 'active')
  t.equal((await sql('select 1 from consent_tokens where consent_id = $1', [id])).length, 1)
})
