import { systemClock } from '../../src/clock.ts'
import { createStore } from '../../src/store/index.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, TERMS } from './fixtures.ts'

const { db, sql, other, insertConsent, claim } = await createStoreRig(t)

t.test('a refusal does not wait for who writes an event of the consent', async (t) => {
  const claimed = await claim(await insertConsent())
  await other('begin')
  await other(
    `insert into consent_events (consent_id, type, actor, occurred_at) values ($1, 'x', 'x', now())`,
    [claimed.consentId],
  )
  t.equal(await claimed.refuse('invalid_grant'), 'recorded')
  await other('rollback')
})

t.test('a claim that the server undid is taken again, and not watched', async (t) => {
  const id = await insertConsent()
  await sql('create sequence tries')
  await sql(`create function undo_twice() returns trigger language plpgsql as $$ begin
    if nextval('tries') < 3 then raise exception 'undone' using errcode = '40P01'; end if;
    return new; end $$`)
  await sql(
    'create trigger undo_twice before update on consent_tokens for each row execute function undo_twice()',
  )
  let waits = 0
  const sleep: typeof systemClock.sleep = (...args) => {
    waits += 1
    return systemClock.sleep(...args)
  }
  const store = createStore(db, { ...systemClock, sleep })
  const pair = { consentId: id, chain: 1, version: 1 }
  t.ok(await store.tokens.claim({ pair, ...TERMS, rejectionEveryMs: null }))
  t.equal(waits, 0, 'no watch')
  await store.stop()
})
