import { t } from '../support/parts.ts'
import { createStoreRig, TERMS, untilBlocked } from './fixtures.ts'

const { store, sql, other, insertConsent, claim } = await createStoreRig(t)

const FAILURE = { reason: 'connect_refused', retryAfterMs: 0, counts: true }

async function stateOf(consentId: string) {
  const [state] = await sql(
    `select c.status, c.status_reason, t.presentations, t.attempt_id, t.due_at from consents c
     join consent_tokens t on t.consent_id = c.id where c.id = $1`,
    [consentId],
  )
  return state
}

/** Has a holder that died claim it as well, and lets its token, lease and `SALVAGE_WAIT` be over. */
async function lose(consentId: string): Promise<void> {
  await sql(
    `update consent_tokens set access_expires_at = now() - interval '1 h', due_at = now() - interval '1 h',
       lease_until = now() - interval '1 h', presentations = 2, uncertain_at = now(),
       presented_by = array_append(presented_by, gen_random_uuid()) where consent_id = $1`,
    [consentId],
  )
  await store.housekeeping.run({
    now: new Date(),
    salvageWaitMs: 1,
    codeTtlMs: 60_000,
    retentionMs: null,
    limit: 100,
  })
}

t.test("a claim given back again takes no other's presentation with it", async (t) => {
  const id = await insertConsent()
  const first = await claim(id)
  await first.giveBack(FAILURE)
  await (await claim(id)).giveBack(FAILURE)
  const { attemptId } = await claim(id)
  await first.giveBack(FAILURE)
  t.match(await stateOf(id), { presentations: 1, attempt_id: attemptId })
  await lose(id)
  t.match(await stateOf(id), {
    status: 'reauthorization_required',
    status_reason: 'rotation_lost',
    attempt_id: null,
  })
})

t.test('a claim that was parked is given back all the same', async (t) => {
  const id = await insertConsent()
  const claimed = await claim(id)
  await claimed.park('http_500', null)
  await claimed.giveBack(FAILURE)
  t.match(await stateOf(id), { status: 'active', presentations: 0, attempt_id: null })
})

t.test('a consent given up comes back as what it was', async (t) => {
  for (const status of ['pending', 'active']) {
    const id = await insertConsent()
    await sql(`update consents set status = $2, iban_hash = 'known' where id = $1`, [id, status])
    const claimed = await claim(id)
    await lose(id)
    t.match(await stateOf(id), { status_reason: 'rotation_lost', due_at: null }, status)
    await claimed.giveBack(FAILURE)
    t.match(await stateOf(id), { status, status_reason: null, presentations: 1, due_at: Date })
  }
})

t.test(
  'what came back may be presented once more, and not while the bank is not known to be well',
  async (t) => {
    const id = await insertConsent()
    const claimed = await claim(id)
    await lose(id)
    await claimed.giveBack(FAILURE)
    const again = () => store.tokens.claim({ pair: claimed, ...TERMS, rejectionEveryMs: null })
    t.equal(await again(), null)
    await store.gates.read(TERMS.bank)
    await store.gates.countRotated(TERMS.bank, { count: 1, ageMs: 0 })
    t.match(await again(), { isReplay: true })
  },
)

t.test('a replay that is refused after the first proved unsent was presented once in all', async (t) => {
  const id = await insertConsent()
  const first = await claim(id)
  await first.park('http_500', null)
  await store.gates.read(TERMS.bank)
  await store.gates.countRotated(TERMS.bank, { count: 100, ageMs: 0 })
  const replay = await store.tokens.claim({ pair: first, ...TERMS, rejectionEveryMs: null })
  await first.giveBack(FAILURE)
  await replay?.refuse('invalid_grant')
  t.match(await stateOf(id), { status_reason: 'refused_by_bank', presentations: 1 })
})

t.test('a consent that is given up meanwhile comes back as well', async (t) => {
  const id = await insertConsent()
  const claimed = await claim(id)
  await other('begin')
  await other(
    `update consents set status = 'reauthorization_required', status_reason = 'rotation_lost' where id = $1`,
    [id],
  )
  const given = claimed.giveBack(FAILURE)
  await untilBlocked(sql)
  await other('update consent_tokens set attempt_id = null, due_at = null where consent_id = $1', [id])
  await other('commit')
  await given
  t.match(await stateOf(id), { status: 'active', status_reason: null, presentations: 0, due_at: Date })
})

t.test('who waits for the consent holds no tokens', async () => {
  const id = await insertConsent()
  const claimed = await claim(id)
  await lose(id)
  await other('begin')
  await other('select from consents where id = $1 for no key update', [id])
  const given = claimed.giveBack(FAILURE)
  await untilBlocked(sql)
  await other('select from consent_tokens where consent_id = $1 for update nowait', [id]).finally(() =>
    other('rollback'),
  )
  await given
})
