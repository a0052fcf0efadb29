import { systemClock } from '../../src/clock.ts'
import { createStore } from '../../src/store/index.ts'
import { allowForgetting } from '../support/forget-history.ts'
import { t } from '../support/parts.ts'
import { BANK, createStoreRig, newPair, TERMS } from './fixtures.ts'

const { db, store, sql, insertConsent } = await createStoreRig(t)
await allowForgetting(sql)

const due = (limit: number) => store.tokens.claimDue({ ...TERMS, limit })

async function emptyTables(): Promise<void> {
  await sql('truncate consents cascade')
}

t.test('what is due is claimed soonest first, once, and up to the limit', async (t) => {
  const ids = []
  for (let minutes = 1; minutes <= 5; minutes += 1) {
    const id = await insertConsent()
    await sql(`update consent_tokens set due_at = now() - $2 * interval '1 min' where consent_id = $1`, [
      id,
      minutes,
    ])
    ids.unshift(id)
  }
  const [one, other] = await Promise.all([due(2), due(2)])
  t.same([...one, ...other].map(({ consentId }) => consentId).sort(), ids.slice(0, 4).sort())
  t.same(
    (await due(5)).map(({ consentId }) => consentId),
    ids.slice(4),
  )
  t.same(await due(5), [])
  await emptyTables()
})

t.test('a hold, a back-off, a presentation and another bank keep a row from being claimed', async (t) => {
  const changes = [
    `update consent_tokens set retry_at = now() + interval '1 min'`,
    `update consent_tokens set presentations = 1`,
    `update consents set bank = 'another'`,
    `update consents set expires_at = now()`,
    `update consents set status = 'reauthorization_required'`,
    `insert into bank_gates (bank, hold_until) values ('${BANK}', now() + interval '1 min')`,
  ]
  for (const change of changes) {
    const consentId = await insertConsent()
    await sql(change)
    t.same(await due(5), [], change)
    const pair = { consentId, chain: 1, version: 1 }
    const claimed = await store.tokens.claim({ pair, ...TERMS, rejectionEveryMs: null })
    t.equal(claimed, null, change)
    await emptyTables()
  }
  await sql('truncate bank_gates')
})

t.test('rows that fall due behind those already claimed are found', async (t) => {
  await insertConsent()
  t.equal((await due(10)).length, 1)
  const late = await insertConsent()
  await sql(`update consent_tokens set due_at = now() - interval '5 s' where consent_id = $1`, [late])
  t.equal((await due(10)).length, 1, 'a little behind: at once')
  const forgotten = await insertConsent()
  await sql(`update consent_tokens set due_at = now() - interval '1 h' where consent_id = $1`, [forgotten])
  t.equal((await due(10)).length, 0, 'far behind: dead index entries are not read again')
  const restarted = createStore(db, systemClock)
  t.equal((await restarted.tokens.claimDue({ ...TERMS, limit: 10 })).length, 1, 'in the full look of a start')
  await emptyTables()
})

t.test('a full look comes back once a minute, and goes on while there is more than one batch', async (t) => {
  let nowMs = 0
  const timed = createStore(db, { ...systemClock, monotonicMs: () => nowMs })
  const look = (limit: number) => timed.tokens.claimDue({ ...TERMS, limit })
  await insertConsent()
  t.equal((await look(10)).length, 1)
  for (let more = 0; more < 3; more += 1) await insertConsent()
  await sql(`update consent_tokens set due_at = now() - interval '1 h' where presentations = 0`)
  t.equal((await look(2)).length, 0)
  nowMs = 60_000
  t.equal((await look(2)).length, 2)
  t.equal((await look(2)).length, 1)
  await emptyTables()
})

t.test('a settle writes the pair in one statement with others', async (t) => {
  for (let more = 0; more < 30; more += 1) await insertConsent()
  const claims = await due(30)
  t.same(new Set(await Promise.all(claims.map((claim) => claim.settle(newPair())))), new Set(['settled']))
  const rows = await sql('select version, presentations, access_token from consent_tokens')
  t.same(new Set(rows.map((row) => JSON.stringify(row))).size, 1)
  t.match(rows[0], { version: 2, presentations: 0, access_token: 'new access' })
  await emptyTables()
})
