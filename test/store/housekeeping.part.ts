import { effectiveStatus } from '../../src/core/consent.ts'
import { t } from '../support/parts.ts'
import { createStoreRig } from './fixtures.ts'

const { store, sql, other, insertConsent, claim } = await createStoreRig(t)

function run() {
  return store.housekeeping.run({
    now: new Date(),
    salvageWaitMs: 1,
    codeTtlMs: 60_000,
    retentionMs: null,
    limit: 100,
  })
}

t.test('an import that was never rotated expires like any other', async (t) => {
  const id = await insertConsent()
  await sql(`update consents set status = 'pending', expires_at = now() - interval '1 s' where id = $1`, [id])
  const listed = async () => {
    const page = { order: 'newest', now: new Date(), limit: 10, after: null } as const
    return (await store.consents.list({ status: 'expired' }, page)).records
  }
  const [record] = await listed()
  t.equal(record?.consent.status, 'pending', 'as it stands in the row')
  t.equal(record && effectiveStatus(record.consent, new Date()), 'expired', 'as it counts')
  t.match(await run(), { expired: 1 })
  t.match((await listed())[0], { consent: { id, status: 'expired' }, tokens: { dueAt: null } })
})

t.test('a pending consent without an end stays', async (t) => {
  const id = await insertConsent()
  await sql(`update consents set status = 'pending', expires_at = null where id = $1`, [id])
  t.match(await run(), { expired: 0 })
  t.match(await store.consents.find(id), { consent: { status: 'pending' } })
})

t.test('a lost rotation whose consent another holds is left for the next look', async (t) => {
  const { consentId } = await claim(await insertConsent())
  await sql(
    `update consent_tokens set access_expires_at = now() - interval '1 h', due_at = now() - interval '1 h',
       lease_until = now() - interval '1 h', presentations = 2, uncertain_at = now() where consent_id = $1`,
    [consentId],
  )
  await other('begin')
  await other('select from consents where id = $1 for no key update', [consentId])
  t.match(await run(), { rotationsLost: 0 })
  await other('rollback')
  t.match(await run(), { rotationsLost: 1 })
  t.match(await store.consents.find(consentId), {
    consent: { status: 'reauthorization_required', statusReason: 'rotation_lost' },
    tokens: { attemptId: null, presentations: 2, lastError: 'claim_lost' },
  })
})

t.test(
  'a claim whose holder died is parked once its token, its lease and SALVAGE_WAIT are over',
  async (t) => {
    const { consentId } = await claim(await insertConsent())
    const over = (column: string) =>
      sql(`update consent_tokens set ${column} = now() - interval '1 h' where consent_id = $1`, [consentId])
    await over('due_at')
    await over('lease_until')
    t.match(await run(), { claimsLost: 0 }, 'its token lives')
    await over('access_expires_at')
    await sql(`update consent_tokens set lease_until = now() where consent_id = $1`, [consentId])
    t.match(
      await store.housekeeping.run({
        now: new Date(),
        salvageWaitMs: 60_000,
        codeTtlMs: 60_000,
        retentionMs: null,
        limit: 10,
      }),
      {
        claimsLost: 0,
      },
    )
    t.match(await run(), { claimsLost: 1 })
    const [row] = await sql('select * from consent_tokens where consent_id = $1', [consentId])
    t.match(row, {
      attempt_id: null,
      presentations: 1,
      uncertain_at: Date,
      uncertain_reasons: ['claim_lost'],
    })
  },
)

t.test('a pair that an older version parked is found, once its token has ended', async (t) => {
  const { consentId } = await claim(await insertConsent())
  await sql(
    `update consent_tokens set attempt_id = null, lease_until = null, access_expires_at = now(), due_at = now()
     where consent_id = $1`,
    [consentId],
  )
  t.match(await run(), { claimsLost: 1 })
  const [row] = await sql('select * from consent_tokens where consent_id = $1', [consentId])
  t.match(row, { presentations: 1, uncertain_at: Date })
})
