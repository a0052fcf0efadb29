import type { FaultAction } from '../../src/practice-bank/index.ts'
import { eventsOf, getToken, importGrant, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { createRig } from './fixtures.ts'

const { bank, broker, consent, endToken, makeDue, row, untilRow } = await createRig(t, {
  env: { TOKEN_CACHE: 'off' },
})

t.jobs = 8

/** Has the background rotate a consent with a live token while the bank misbehaves, once. */
async function strike(action: FaultAction, when: 'before' | 'after' = 'before') {
  const { id, grant } = await consent()
  const presentedBefore = bank.ledger.count()
  const before = await row(id)
  bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when, action })
  await makeDue(id)
  const after = await untilRow('the outcome', id, (now) => now.consecutive_failures > 0)
  return { id, grant, before, after, presentedBefore }
}

t.test('429: the claim is given back, and Retry-After honoured', async (t) => {
  const { id, before, after } = await strike({
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '90' },
  })
  t.match(after, { version: before.version, presentations: 0, attempt_id: null, status: 'active' })
  t.match(after, { last_error: 'http_429', consecutive_failures: 1 })
  t.ok(Number(after.retry_in) > 80 && Number(after.retry_in) <= 90, `retried in ${after.retry_in} s`)
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'delayed' } })
  await endToken(id)
  const { status, body, headers } = await getToken(broker, id)
  t.match({ status, body }, { status: 503, body: { code: 'bank_unavailable' } })
  t.ok(Number(headers.get('retry-after')) > 75, 'a caller is told as much')
})

t.test('429 without Retry-After: a back-off that passes by itself', async (t) => {
  const { id, before } = await strike({ kind: 'status', status: 429 })
  const after = await untilRow('the second try', id, ({ version }) => version > before.version)
  t.match(after, { consecutive_failures: 0, last_error: null, presentations: 0 })
})

for (const [name, action] of [
  ['invalid_client', { kind: 'status', status: 401, body: { error: 'invalid_client' } }],
  ['a 403 of a proxy', { kind: 'status', status: 403, body: '<html>no certificate</html>' }],
] satisfies [string, FaultAction][]) {
  t.test(`${name} is our fault: the consent is untouched`, async (t) => {
    const { id, before, after } = await strike(action)
    t.match(after, { version: before.version, presentations: 0, attempt_id: null, status: 'active' })
    t.ok(Number(after.retry_in) > 20, 'held off')
    t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'delayed' } })
    t.notOk(
      (await eventsOf(broker, id)).some(({ actor }) => actor === 'bank'),
      'nothing in its history',
    )
  })
}

t.test('refused: the customer is needed, and nothing more is handed out', async (t) => {
  const { id, grant } = await consent()
  t.match(await getToken(broker, id), { status: 200 })
  bank.revokeConsent({ grantId: grant.grant_id })
  await makeDue(id)
  const consentNow = await untilStatus(broker, id, 'reauthorization_required')
  t.match(consentNow, {
    status_reason: 'refused_by_bank',
    refresh: { state: 'lost', last_error: 'invalid_grant' },
  })
  t.match(await getToken(broker, id), { status: 409, body: { code: 'reauthorization_required' } })
  const { type, actor, detail } = (await eventsOf(broker, id)).at(-1)
  t.match(
    { type, actor, detail },
    {
      type: 'consent.reauthorization_required',
      actor: 'bank',
      detail: { reason: 'refused_by_bank', error: 'invalid_grant' },
    },
  )
  t.match(await row(id), { due_at: null, presentations: 1, attempt_id: null })
})

t.test('an import refused at its first rotation has failed', async (t) => {
  const grant = bank.startGrant({ consentValidityMs: 86_400_000 })
  bank.revokeConsent({ grantId: grant.grant_id })
  const { id } = await importGrant(broker, grant)
  t.match(await untilStatus(broker, id, 'failed'), { status_reason: 'refused_by_bank' })
  t.match(await getToken(broker, id), { status: 410, body: { code: 'consent_failed' } })
})
