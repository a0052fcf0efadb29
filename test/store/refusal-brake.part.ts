import { allowForgetting } from '../support/forget-history.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, TERMS } from './fixtures.ts'

const { bank } = TERMS
const { store, sql, insertConsent, claim } = await createStoreRig(t)
const { consents, gates, housekeeping } = store
await allowForgetting(sql)

async function refuseOne() {
  const consentId = await insertConsent()
  const result = await (await claim(consentId)).refuse('invalid_grant')
  return { consentId, result }
}

async function refuse(count: number) {
  const refused = []
  for (let index = 0; index < count; index += 1) refused.push(await refuseOne())
  return refused
}

const statusOf = async (id: string) => (await consents.find(id))?.consent

t.beforeEach(async () => {
  await sql('truncate consents, bank_gates, bank_answers, bank_events cascade')
  await gates.read(bank)
})

t.test('the fifth refusal of ten minutes stops everything, and takes the other four back', async (t) => {
  const refused = await refuse(5)
  t.same(
    refused.map(({ result }) => result),
    ['recorded', 'recorded', 'recorded', 'recorded', 'braked'],
  )
  for (const { consentId } of refused)
    t.match(await statusOf(consentId), { status: 'active', statusReason: null })
  t.match(await gates.read(bank), { reason: 'refusal_brake' })
  t.match(await gates.events(bank, 1), [{ type: 'gate.braked', detail: { refused: 5, rotated: 0 } }])
  await insertConsent()
  t.equal((await store.tokens.claimDue({ ...TERMS, limit: 10 })).length, 0)
})

t.test('an import that was refused waits again, as it did', async (t) => {
  const consentId = await insertConsent()
  await sql(`update consents set status = 'pending' where id = $1`, [consentId])
  await (await claim(consentId)).refuse('invalid_grant')
  t.match(await statusOf(consentId), { status: 'failed' })
  await refuse(4)
  t.match(await statusOf(consentId), { status: 'pending', statusReason: null })
})

t.test('customers who withdraw among many who do not are believed', async (t) => {
  await gates.countRotated(bank, { count: 500, ageMs: 0 })
  for (const { consentId, result } of await refuse(8)) {
    t.equal(result, 'recorded')
    t.match(await statusOf(consentId), { statusReason: 'refused_by_bank' })
  }
  t.match(await gates.read(bank), { reason: null })
})

t.test('what was refused long ago counts no more', async (t) => {
  await refuse(4)
  await sql(`update bank_answers set minute = minute - interval '10 minutes'`)
  t.match(await refuse(4), Array(4).fill({ result: 'recorded' }))
  t.match(await gates.read(bank), { reason: null })
})

t.test('a token whose answer was lost once says nothing when it is refused', async (t) => {
  for (let count = 0; count < 6; count += 1) {
    const consentId = await insertConsent()
    await (await claim(consentId)).park('http_500', null)
    await gates.countRotated(bank, { count: 1, ageMs: 0 })
    const [replay] = await store.tokens.claimDue({ ...TERMS, limit: 1 })
    t.equal(await replay?.refuse('invalid_grant'), 'recorded')
    t.match(await statusOf(consentId), { statusReason: 'rotation_lost' })
  }
  t.match(await gates.read(bank), { reason: null })
})

t.test('a person resumes; each doubted token is presented once more, and judged by that', async (t) => {
  const [{ consentId } = { consentId: '' }] = await refuse(5)
  await consents.resume(bank, 'operations')
  t.match(await gates.read(bank), { reason: null })
  t.match(await gates.events(bank, 1), [{ type: 'gate.resumed', actor: 'operations' }])
  await gates.countRotated(bank, { count: 1, ageMs: 0 })
  const replays = await store.tokens.claimDue({ ...TERMS, limit: 10 })
  t.equal(replays.length, 5)
  for (const replay of replays) t.equal(await replay.refuse('invalid_grant'), 'recorded')
  t.match(await statusOf(consentId), {
    status: 'reauthorization_required',
    statusReason: 'refused_by_bank',
  })
})

t.test('a verdict that another transaction held is taken back at the next look', async (t) => {
  const [{ consentId } = { consentId: '' }] = await refuse(5)
  await sql(
    `update consents set status = 'reauthorization_required', status_reason = 'refused_by_bank' where id = $1`,
    [consentId],
  )
  await sql('update consent_tokens set uncertain_at = null where consent_id = $1', [consentId])
  await housekeeping.run({
    now: new Date(),
    salvageWaitMs: 1,
    codeTtlMs: 60_000,
    retentionMs: null,
    limit: 10,
  })
  t.match(await statusOf(consentId), { status: 'active' })
})

t.test('verdicts put down to a forgotten commit, and those on imports, are taken back as well', async (t) => {
  await sql(`update bank_gates set timeline_changed_at = now() + interval '1 min'`)
  const [forgotten] = await refuse(1)
  t.match(await statusOf(forgotten?.consentId ?? ''), { statusReason: 'rotation_lost' })
  const imported = await insertConsent()
  await sql(`update consents set status = 'pending' where id = $1`, [imported])
  t.equal(await (await claim(imported)).refuse('invalid_grant'), 'recorded')
  t.match(await statusOf(imported), { status: 'failed' })
  t.match((await refuse(3)).at(-1), { result: 'braked' })
  t.match(await statusOf(forgotten?.consentId ?? ''), { status: 'active', statusReason: null })
  t.match(await statusOf(imported), { status: 'pending', statusReason: null })
})

t.test('chains that end for want of a refresh token are no refusals', async (t) => {
  for (let count = 0; count < 6; count += 1) {
    const consentId = await insertConsent()
    t.equal(await (await claim(consentId)).end('no_refresh_token'), 'recorded')
    t.match(await statusOf(consentId), { status: 'reauthorization_required' })
  }
  t.match(await gates.read(bank), { reason: null })
  t.same(await sql('select * from bank_answers'), [])
})
