import type { FaultAction } from '../../src/practice-bank/index.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { createRig } from './fixtures.ts'

const { bank, broker, consent, endToken, row, sql } = await createRig(t, {
  bank: { gracePeriodMs: 60_000 },
  env: { TOKEN_CACHE: 'off' },
})

/** Rotates a new consent once while the bank edits its answer. */
async function rotateWith(action: FaultAction | null) {
  const { id, grant } = await consent()
  const before = await row(id)
  if (action !== null) {
    bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
  }
  await endToken(id)
  const answer = await getToken(broker, id)
  return { id, grant, before, answer, after: await row(id) }
}

t.test('a good answer moves the version by one and settles every counter', async (t) => {
  const { before, after, answer } = await rotateWith(null)
  t.match(after, {
    version: before.version + 1,
    chain: before.chain,
    presentations: 0,
    attempt_id: null,
    lease_until: null,
    settled_presentation: 1,
    consecutive_failures: 0,
    status: 'active',
  })
  t.ok(after.settled_attempt_id, 'the attempt that settled is on record')
  t.equal(answer.body.refresh_state, 'ok')
})

for (const [name, action] of [
  ['no refresh token', { kind: 'edit', omit: ['refresh_token'] }],
  ['a refresh token of null', { kind: 'edit', set: { refresh_token: null } }],
] satisfies [string, FaultAction][]) {
  t.test(`${name} keeps the old one, which is presented again`, async (t) => {
    const { id, grant, after } = await rotateWith(action)
    t.match(after, { version: 3, presentations: 0 })
    await endToken(id)
    t.match(await getToken(broker, id), { status: 200 })
    const presented = presentationsOfGrant(bank, grant.grant_id)
    t.equal(presented.length, 3)
    t.equal(presented[1]?.refreshToken, presented[2]?.refreshToken, 'the same again, in the next version')
  })
}

t.test('no expires_in takes the default of the profile', async (t) => {
  const { after } = await rotateWith({ kind: 'edit', omit: ['expires_in'] })
  t.equal(Number(after.ttl), 7200)
})

t.test('no token_type, and trimmings the database could not hold, cost nothing', async (t) => {
  const set = { scope: 'a\u0000b \ud800' }
  const { answer, after } = await rotateWith({ kind: 'edit', omit: ['token_type'], set })
  t.match(answer.body, { token_type: 'Bearer', scope: /psd2:account/ })
  t.equal(after.token_type, 'Bearer')
})

t.test('the token lives from the start of its attempt, not from its answer', async (t) => {
  const { after, answer } = await rotateWith({ kind: 'delay', delayMs: 700 })
  t.ok(after.last_success_at - after.obtained_at >= 690, 'obtained when the attempt began')
  t.equal(Number(after.ttl), 7200)
  const { expires_in } = answer.body
  t.ok(expires_in >= 7190 && expires_in <= 7199, `expires in ${expires_in} s`)
})

t.test('a token never outlives its consent', async (t) => {
  const { id } = await consent()
  await sql(`update consents set expires_at = now() + interval '10 minutes' where id = $1`, [id])
  await endToken(id)
  const { body } = await getToken(broker, id)
  const after = await row(id)
  t.same(after.access_expires_at, after.expires_at)
  t.ok(body.expires_in <= 600 && body.expires_in > 590, `expires in ${body.expires_in} s`)
})
