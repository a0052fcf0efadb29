import t from 'tap'
import type { FaultAction } from '../../src/practice-bank/index.ts'
import { eventsOf, getToken, untilStatus } from '../support/consents.ts'
import { createRig } from './fixtures.ts'

const { bank, broker, consent, sql, untilRow } = await createRig(t, {
  bank: { accessTokenTtlSeconds: 6 },
  env: { SALVAGE_WAIT: '200ms' },
})

t.jobs = 6

const FAULTS: [string, string, FaultAction][] = [
  ['a reset', 'connection_reset', { kind: 'reset' }],
  ['a 500', 'http_500', { kind: 'status', status: 500, body: 'oops' }],
  ['a 503', 'http_503', { kind: 'status', status: 503, headers: { 'retry-after': '1' } }],
  ['an answer cut short', 'answer_unreadable', { kind: 'edit', truncateTo: 60 }],
]

for (const [name, error, action] of FAULTS) {
  t.test(`${name} after the rotation: parked, served to its end, then lost`, async (t) => {
    const { id, grant } = await consent()
    bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
    const parked = await untilRow('the fault', id, ({ last_error }) => last_error !== null)
    t.match(parked, { status: 'active', presentations: 1, attempt_id: null, last_error: error })
    t.equal(parked.unreadable_answer !== null, action.kind === 'edit', 'only an unreadable answer is kept')
    t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'delayed' } })

    const lost = await untilStatus(broker, id, 'reauthorization_required')
    t.match(lost, { status_reason: 'rotation_lost', refresh: { state: 'lost', last_error: error } })
    t.match(await getToken(broker, id), { status: 409, body: { code: 'reauthorization_required' } })
    const events = await eventsOf(broker, id)
    t.match(events.at(-2), { type: 'rotation.uncertain', detail: { error, presentations: 1 } })
    t.match(events.at(-1), {
      type: 'consent.reauthorization_required',
      detail: { reason: 'rotation_lost', error },
    })
    const last = bank.ledger.presentations().findLast(({ grantId }) => grantId === grant.grant_id)
    t.equal(bank.ledger.presentationsOf(last!.refreshToken).length, 1, 'never presented a second time')
  })
}

t.test('a claim whose holder died is lost once token, lease and SALVAGE_WAIT are over', async (t) => {
  const { id } = await consent()
  await sql(
    `update consent_tokens set presentations = 1, attempt_id = gen_random_uuid(), attempt_started_at = now(),
       lease_until = now() + interval '500 ms' where consent_id = $1`,
    [id],
  )
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
  const [{ lease_until: leaseUntil }] = await sql(
    'select lease_until from consent_tokens where consent_id = $1',
    [id],
  )
  await untilStatus(broker, id, 'reauthorization_required')
  const { detail, occurred_at: at } = (await eventsOf(broker, id)).at(-1)
  t.match(detail, { reason: 'rotation_lost', error: 'claim_lost', presentations: 1 })
  t.ok(Date.parse(at) >= leaseUntil.getTime() + 200)
})
