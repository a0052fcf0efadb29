import { createRig } from '../rotation/fixtures.ts'
import { call } from '../support/api.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const { bank, broker, consent, sql } = await createRig(t, { env: { TOKEN_CACHE: 'off' } })
const { id } = await consent()

const CASES: [string, number, string][] = [
  [`status = 'pending'`, 409, 'consent_pending'],
  [`confirm = true`, 409, 'consent_unconfirmed'],
  [`status = 'reauthorization_required', status_reason = 'refused_by_bank'`, 409, 'reauthorization_required'],
  [`status = 'expired'`, 409, 'consent_expired'],
  [`expires_at = now() - interval '1 ms'`, 409, 'consent_expired'],
  [`status = 'revoked'`, 410, 'consent_revoked'],
  [`status = 'rejected'`, 410, 'consent_rejected'],
  [`status = 'failed'`, 410, 'consent_failed'],
  [`status = 'abandoned'`, 410, 'consent_abandoned'],
]

for (const [change, status, code] of CASES) {
  t.test(`${change}: ${code}, however alive the token`, async (t) => {
    await sql(`update consents set ${change} where id = $1`, [id])
    bank.ledger.clear()
    t.match(await getToken(broker, id, { min_validity: 7_000 }), { status, body: { code, status } })
    t.match(await getToken(broker, id, { rejected_token: 'x' }), { status, body: { code } })
    t.equal(bank.ledger.count(), 0, 'and no token spent')
    await restore()
  })
}

t.test('a lost rotation: served to its end, then a renewal is needed', async (t) => {
  await sql(
    `update consents set status = 'reauthorization_required', status_reason = 'rotation_lost' where id = $1`,
    [id],
  )
  bank.ledger.clear()
  t.match(await getToken(broker, id, { min_validity: 7_000 }), {
    status: 200,
    body: { refresh_state: 'lost' },
  })
  await sql(`update consent_tokens set access_expires_at = now() where consent_id = $1`, [id])
  t.match(await getToken(broker, id), { status: 409, body: { code: 'reauthorization_required' } })
  t.equal(bank.ledger.count(), 0)
  await restore()
})

t.test('while refreshing is held, live tokens go out delayed and dead ones not at all', async (t) => {
  await call(broker, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'certificate swap' } })
  await sql(`update consent_tokens set due_at = now() where consent_id = $1`, [id])
  bank.ledger.clear()
  t.match(await getToken(broker, id, { min_validity: 7_000 }), {
    status: 200,
    body: { refresh_state: 'delayed' },
  })
  await sql(`update consent_tokens set access_expires_at = now() where consent_id = $1`, [id])
  t.match(await getToken(broker, id), { status: 503, body: { code: 'bank_unavailable' } })
  t.equal(bank.ledger.count(), 0)
  await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
})

t.test('a consent of another bank is never presented to this one', async (t) => {
  await sql(`update consents set bank = 'another' where id = $1`, [id])
  await sql(`update consent_tokens set access_expires_at = now(), due_at = now() where consent_id = $1`, [id])
  bank.ledger.clear()
  t.match(await getToken(broker, id), { status: 503, body: { code: 'bank_unavailable' } })
  const sentinel = await consent()
  await sql(`update consent_tokens set due_at = now() where consent_id = $1`, [sentinel.id])
  await waitFor('the background to have looked', () => bank.ledger.totals().rotated > 0)
  const presented = bank.ledger.presentations().map((one) => one.grantId)
  t.same(presented, [sentinel.grant.grant_id], 'the sentinel alone')
})

async function restore(): Promise<void> {
  await sql(
    `update consents set status = 'active', status_reason = null, confirm = false, ended_at = null,
       expires_at = now() + interval '9 days' where id = $1`,
    [id],
  )
  await sql(
    `update consent_tokens set access_expires_at = obtained_at + interval '2 h', due_at = now() + interval '1 h'
     where consent_id = $1`,
    [id],
  )
}
