import type { Claim } from '../../src/core/token-store.ts'
import type { AttemptId } from '../../src/store/attempt.ts'
import { settleAll } from '../../src/store/settle.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, newPair, untilBlocked } from './fixtures.ts'

const { db, sql, other, insertConsent, claim } = await createStoreRig(t)

async function stateOf(consentId: string) {
  const [state] = await sql(
    `select c.status, c.status_reason, t.version, t.access_token, t.due_at from consents c
     join consent_tokens t on t.consent_id = c.id where c.id = $1`,
    [consentId],
  )
  return state
}

function settlement({ consentId, chain, version, attemptId, presentation }: Claim, name?: string) {
  const attempt: AttemptId = { consentId, chain, version, attemptId, presentation }
  return { attempt, pair: newPair(name) }
}

t.test('tried again while the first try is still committing, it finds itself done', async (t) => {
  const one = settlement(await claim(await insertConsent()))
  let again: Promise<unknown> = Promise.resolve()
  await db.transaction().execute(async (tx) => {
    t.same(await settleAll(tx, [one]), ['settled'])
    again = settleAll(db, [one])
    await untilBlocked(sql)
  })
  t.same(await again, ['settled'])
})

t.test('an answer to a consent that is being revoked finds it gone', async (t) => {
  const claimed = await claim(await insertConsent())
  await other('begin')
  await other('delete from consent_tokens where consent_id = $1', [claimed.consentId])
  const settled = claimed.settle(newPair())
  await untilBlocked(sql)
  await other('commit')
  t.equal(await settled, 'gone')
})

t.test('an answer to a claim that is being given up brings the consent back', async (t) => {
  const claimed = await claim(await insertConsent())
  const { consentId } = claimed
  await other('begin')
  await other(
    `update consents set status = 'reauthorization_required', status_reason = 'rotation_lost' where id = $1`,
    [consentId],
  )
  await other('update consent_tokens set attempt_id = null, due_at = null where consent_id = $1', [consentId])
  const settled = claimed.settle(newPair())
  await untilBlocked(sql)
  await other('commit')
  t.equal(await settled, 'settled')
  t.match(await stateOf(consentId), { status: 'active', status_reason: null, version: 2, due_at: Date })
})

t.test('of two answers for one consent in one statement that to the later presentation stands', async (t) => {
  const first = await claim(await insertConsent())
  const { consentId } = first
  await first.park('http_500', null)
  await sql(
    `update consent_tokens set presentations = 2, attempt_id = gen_random_uuid() where consent_id = $1`,
    [consentId],
  )
  const [{ attempt_id: attemptId }] = await sql(
    'select attempt_id from consent_tokens where consent_id = $1',
    [consentId],
  )
  const answers = [settlement(first, 'early'), settlement({ ...first, attemptId, presentation: 2 }, 'late')]
  await settleAll(db, answers)
  t.match(await stateOf(consentId), { version: 2, access_token: 'late access' })
})

t.test('who waits for a consent holds no tokens, and an active one is not waited for', async (t) => {
  const [active, pending] = [await claim(await insertConsent()), await claim(await insertConsent())]
  await sql(`update consents set status = 'pending' where id = $1`, [pending.consentId])
  await other('begin')
  await other('select from consents for no key update')
  t.same(await settleAll(db, [settlement(active)]), ['settled'])
  const settled = settleAll(db, [settlement(pending)])
  await untilBlocked(sql)
  const locked = other('select from consent_tokens for update nowait')
  await locked.finally(() => other('rollback'))
  t.same(await settled, ['settled'])
  t.match(await stateOf(pending.consentId), { status: 'active', version: 2 })
})
