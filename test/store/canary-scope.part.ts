import { randomUUID } from 'node:crypto'
import { allowForgetting } from '../support/forget-history.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, TERMS } from './fixtures.ts'

const { bank } = TERMS
const { store, sql, insertConsent, claim } = await createStoreRig(t)
const { gates, tokens } = store
await allowForgetting(sql)

const canary = (canaryId: string = randomUUID()) =>
  gates.takeCanary(bank, { canaryId, leaseMs: 60_000, patienceMs: 0, replay: 'prompt' })

t.beforeEach(async () => {
  await sql('truncate consents, bank_gates, bank_answers, bank_events cascade')
  await gates.read(bank)
})

t.test('no canary flies for a pair that it could not present', async (t) => {
  const foreign = await insertConsent()
  await (await claim(foreign)).park('http_503', null)
  await sql(`update consents set bank = 'another' where id = $1`, [foreign])
  const dead = await insertConsent()
  await (await claim(dead)).park('http_503', null)
  await sql(`update consents set status = 'reauthorization_required' where id = $1`, [dead])
  t.equal(await canary(), null)
})

t.test('a canary of before the database changed does not open what that change closed', async (t) => {
  await sql(`update bank_gates set closed_at = now(), close_reason = 'bank_failing'`)
  const canaryId = randomUUID()
  t.equal(await canary(canaryId), 'closed')
  await sql(`update bank_gates set timeline = '000000FF'`)
  t.match(await gates.read(bank), { reason: 'database_changed' })
  await gates.endCanary(bank, { canaryId, result: 'well', waitMs: 0 })
  t.match(await gates.read(bank), { reason: 'database_changed' })
})

t.test('a refusal that is unconfirmed is not made certain by a canary that knows no more', async (t) => {
  const consentId = await insertConsent()
  await sql(`update bank_gates set timeline = '000000FF'`)
  await gates.read(bank)
  const canaryId = randomUUID()
  await canary(canaryId)
  const terms = { ...TERMS, canaryId }
  const claimed = await tokens.claimCanary({ ...terms, from: 'due' })
  t.equal(await claimed?.refuse('invalid_grant'), 'unconfirmed')
  t.equal(await tokens.claimCanary({ ...terms, from: 'uncertain' }), null)
  await sql('update consent_tokens set access_expires_at = now() where consent_id = $1', [consentId])
  const other = await insertConsent()
  t.equal(await tokens.claimCanary({ ...terms, from: 'uncertain' }), null, 'another can tell')
  await sql('delete from consents where id = $1', [other])
  t.ok(await tokens.claimCanary({ ...terms, from: 'uncertain' }), 'but before it is lost for good')
})
