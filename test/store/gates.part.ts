import { randomUUID } from 'node:crypto'
import { allowForgetting } from '../support/forget-history.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, TERMS } from './fixtures.ts'

const { bank } = TERMS
const { store, sql, insertConsent, claim } = await createStoreRig(t)
const { gates, tokens } = store
await allowForgetting(sql)

const fault = (consentId: string, kind: 'uncertain' | 'our_fault' = 'uncertain') =>
  gates.countFault(bank, { consentId, kind, canaryAfterMs: 0 })
const canary = (canaryId: string = randomUUID()) =>
  gates.takeCanary(bank, { canaryId, leaseMs: 60_000, patienceMs: 0, replay: 'prompt' })
const types = async () => (await gates.events(bank, 10)).map(({ type }) => type)

t.beforeEach(async () => {
  await sql('truncate consents, bank_gates, bank_answers, bank_events cascade')
  await gates.read(bank)
})

t.test('closes at three consents without an answer, one of them counted once', async (t) => {
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
  t.same(
    [await fault(one), await fault(one), await fault(two), await fault(three)],
    [false, false, false, true],
  )
  t.match(await gates.read(bank), { reason: 'bank_failing', since: Date, score: 3 })
  t.same(await types(), ['gate.closed'])
})

t.test('fifty good answers make good for one that was lost', async (t) => {
  await fault(randomUUID())
  await gates.countRotated(bank, { count: 25, ageMs: 0 })
  t.equal((await gates.read(bank)).score, 0.5)
  await gates.countRotated(bank, { count: 100, ageMs: 0 })
  t.equal((await gates.read(bank)).score, 0)
})

t.test('faults that come at once close it once', async (t) => {
  await Promise.all(Array.from({ length: 20 }, () => fault(randomUUID(), 'our_fault')))
  t.match(await gates.read(bank), { reason: 'bank_refuses_us', score: 20 })
  t.same(await types(), ['gate.closed'])
})

t.test('closed, nothing is claimed but by the one canary; a good one opens it', async (t) => {
  const pair = { consentId: await insertConsent(), chain: 1, version: 1 }
  await insertConsent()
  for (let count = 0; count < 3; count += 1) await fault(randomUUID())
  t.equal((await tokens.claimDue({ ...TERMS, limit: 10 })).length, 0)
  t.equal(await tokens.claim({ ...TERMS, pair, rejectionEveryMs: null }), null)

  const canaryId = randomUUID()
  t.equal(await canary(canaryId), 'closed')
  t.equal(await canary(), null, 'one at a time')
  t.equal(await tokens.claimCanary({ ...TERMS, canaryId: randomUUID(), from: 'due' }), null)
  t.ok(await tokens.claimCanary({ ...TERMS, canaryId, from: 'due' }))
  const { epoch } = await gates.read(bank)
  await gates.endCanary(bank, { canaryId, result: 'well', waitMs: 0 })
  t.match(await gates.read(bank), { reason: null, score: 0, epoch: epoch + 1 })
  t.same(await types(), ['gate.opened', 'gate.closed'])
  t.equal((await tokens.claimDue({ ...TERMS, limit: 10 })).length, 1)
})

t.test('a failed canary is waited for; one whose process died is succeeded', async (t) => {
  for (let count = 0; count < 3; count += 1) await fault(randomUUID())
  const canaryId = randomUUID()
  await canary(canaryId)
  await gates.endCanary(bank, { canaryId, result: 'failed', waitMs: 60_000 })
  t.equal(await canary(), null)
  t.match(await gates.read(bank), { canaryFailures: 1, reason: 'bank_failing' })
  await sql('update bank_gates set next_canary_at = now()')
  t.equal(await canary(), 'closed')
  await sql(`update bank_gates set canary_until = now() - interval '1 s'`)
  t.equal(await canary(), 'closed')
})

t.test(
  'an open gate has a canary for a replay that nothing shows to be safe, and for nothing else',
  async (t) => {
    t.equal(await canary(), null)
    const claimed = await claim(await insertConsent())
    t.equal(await canary(), null)
    await claimed.park('http_503', null)
    const canaryId = randomUUID()
    t.equal(await canary(canaryId), 'open')
    t.match(await tokens.claimCanary({ ...TERMS, canaryId, from: 'uncertain' }), { isReplay: true })
  },
)

t.test('a bank that has answered since needs no canary: its replays are claimed as due', async (t) => {
  const claimed = await claim(await insertConsent())
  await claimed.park('http_503', null)
  await gates.countRotated(bank, { count: 1, ageMs: 60_000 })
  t.equal((await tokens.claimDue({ ...TERMS, limit: 10 })).length, 0, 'an answer from before is no proof')
  await gates.countRotated(bank, { count: 1, ageMs: 0 })
  t.equal(await canary(), null)
  const late = { ...TERMS, replay: 'last_chance', limit: 10 } as const
  t.equal(
    (await tokens.claimDue(late)).length,
    0,
    'a bank that punishes reuse waits for the end of the token',
  )
  await sql('update consent_tokens set access_expires_at = now()')
  t.match(await tokens.claimDue(late), [{ isReplay: true }])
  t.equal((await tokens.claimDue({ ...TERMS, limit: 10 })).length, 0)
})

t.test('another timeline, or another cluster, closes it before anything is claimed', async (t) => {
  const consentId = await insertConsent()
  await sql(`update bank_gates set timeline = '000000FF'`)
  t.equal((await tokens.claimDue({ ...TERMS, limit: 10 })).length, 0, 'before anyone has looked')
  t.match(await gates.read(bank), { reason: 'database_changed' })
  t.match(await gates.events(bank, 1), [{ type: 'gate.closed', detail: { former_timeline: '000000FF' } }])
  const canaryId = randomUUID()
  await canary(canaryId)
  const claimed = await tokens.claimCanary({ ...TERMS, canaryId, from: 'due' })
  t.equal(await claimed?.refuse('invalid_grant'), 'unconfirmed')
  t.match(await store.consents.find(consentId), { consent: { status: 'active' } })
  await gates.endCanary(bank, { canaryId, result: 'well', waitMs: 0 })
  await sql(`update bank_gates set system_identifier = '7'`)
  t.match(await gates.read(bank), { reason: 'database_changed' })
})

t.test('a refusal after such a change is a rotation lost with the commit that was forgotten', async (t) => {
  const consentId = await insertConsent()
  const claimed = await claim(consentId)
  await sql(`update bank_gates set timeline_changed_at = now()`)
  t.equal(await claimed.refuse('invalid_grant'), 'recorded')
  const [event] = await store.consents.events(consentId, { limit: 1, before: null })
  t.match(event?.detail, { reason: 'rotation_lost', limit: 'commit_forgotten' })
})
