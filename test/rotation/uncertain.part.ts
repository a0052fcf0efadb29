import type { FaultAction } from '../../src/practice-bank/index.ts'
import { eventsOf, getToken, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { createRig } from './fixtures.ts'

/** A bank that is asked so often that it soon shows itself well. */
const { bank, broker, consent, makeDue, row, sql, untilRow } = await createRig(t, {
  bank: { accessTokenTtlSeconds: 6 },
  env: { SALVAGE_WAIT: '200ms', BANK_TIMEOUT: '2s' },
})

t.jobs = 6

const FAULTS: [string, string, FaultAction][] = [
  ['a reset', 'connection_reset', { kind: 'reset' }],
  ['a 500', 'http_500', { kind: 'status', status: 500, body: 'oops' }],
  ['an answer cut short', 'answer_unreadable', { kind: 'edit', truncateTo: 60 }],
]

const presented = (grantId: string) => {
  const all = presentationsOfGrant(bank, grantId)
  const counts = new Map<string, number>()
  for (const { refreshToken } of all) counts.set(refreshToken, (counts.get(refreshToken) ?? 0) + 1)
  return counts
}

for (const [name, error, action] of FAULTS) {
  t.test(`${name} after the rotation: served, presented once more, then lost`, async (t) => {
    const { id, grant } = await consent()
    const fault = bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
    await makeDue(id)
    const parked = await untilRow('the fault', id, ({ last_error }) => last_error !== null)
    const { refreshToken } = presentationsOfGrant(bank, grant.grant_id).find(({ fault }) => fault !== null)!
    t.equal(fault.struck, 1)
    t.match(parked, { status: 'active', last_error: error, uncertain_reasons: [error] })
    t.equal(parked.unreadable_answer !== null, action.kind === 'edit', 'only an unreadable answer is kept')
    t.match(await getToken(broker, id), { status: 200, body: { refresh_state: /delayed|lost/ } })

    await untilStatus(broker, id, 'reauthorization_required')
    t.equal(presented(grant.grant_id).get(refreshToken), 2)
    const events = await eventsOf(broker, id)
    t.match(events.at(-2), { type: 'rotation.uncertain', detail: { error, presentations: 1 } })
    t.match(events.at(-1), {
      type: 'consent.reauthorization_required',
      detail: { reason: 'rotation_lost', error: 'invalid_grant', limit: 'answer_lost', presentations: 2 },
    })
  })
}

t.test('a request lost on its way is made good by the second presentation', async (t) => {
  const { id, grant } = await consent()
  bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, action: { kind: 'reset' } })
  await makeDue(id)
  const { version } = await untilRow('the fault', id, ({ last_error }) => last_error !== null)
  const after = await untilRow('the replay', id, (now) => now.version > version)
  t.match(after, { status: 'active', presentations: 0, uncertain_at: null, uncertain_reasons: [] })
  t.same(bank.ledger.presentedMoreThan(2), [])
  t.notOk((await eventsOf(broker, id)).some(({ type }) => type.includes('reauthorization')))
})

t.test('two presentations without an answer: never a third; lost once the token has ended', async (t) => {
  const { id, grant } = await consent()
  const unanswered = { endpoint: 'token', grantId: grant.grant_id, action: { kind: 'reset' } } as const
  bank.faults.add({ ...unanswered, times: 2 })
  await makeDue(id)
  await untilRow('both faults', id, ({ presentations }) => presentations === 2)
  const { access_expires_at: endsAt } = await row(id)
  await untilStatus(broker, id, 'reauthorization_required')
  t.ok(Date.now() >= endsAt.getTime(), 'its live token was served to its end')
  t.match((await eventsOf(broker, id)).at(-1).detail, {
    reason: 'rotation_lost',
    limit: 'unanswered_twice',
  })
  t.same(bank.ledger.presentedMoreThan(2), [])
})

t.test('a claim whose holder died is presented once more, when nobody can settle it any more', async (t) => {
  const { id } = await consent()
  const [{ version }] = await sql(
    `update consent_tokens set presentations = 1, attempt_id = gen_random_uuid(), attempt_started_at = now(),
       lease_until = now() + interval '500 ms' where consent_id = $1 returning version`,
    [id],
  )
  const { access_expires_at: endsAt, lease_until: leaseUntil } = await row(id)
  t.match(await getToken(broker, id), { status: 200 })
  const replayed = await untilRow('the replay', id, (now) => now.version > version)
  const notBefore = Math.max(endsAt.getTime(), leaseUntil.getTime() + 200)
  t.ok(replayed.obtained_at.getTime() >= notBefore)
  t.match((await eventsOf(broker, id)).at(-1), {
    type: 'rotation.uncertain',
    detail: { error: 'claim_lost', presentations: 1 },
  })
})
