import t from 'tap'
import { openBank, tokenBody } from './helpers.ts'

t.test('every presentation is on record, with its grant and its end', async (t) => {
  const { bank, refresh, clock } = await openBank(t)
  const { refresh_token, grant_id } = bank.startGrant()
  const next = await tokenBody(await refresh(refresh_token))
  await refresh('unknown')
  t.strictSame(bank.ledger.presentations(), [
    {
      refreshToken: refresh_token,
      grantId: grant_id,
      presentedAt: clock.nowMs,
      inFlight: 1,
      endedAt: clock.nowMs,
      outcome: 'rotated',
      fault: null,
      issued: { accessToken: next.access_token, refreshToken: next.refresh_token },
      status: 200,
      from: null,
    },
    {
      refreshToken: 'unknown',
      grantId: null,
      presentedAt: clock.nowMs,
      inFlight: 1,
      endedAt: clock.nowMs,
      outcome: 'refused',
      fault: null,
      issued: null,
      status: 400,
      from: null,
    },
  ])
  t.equal(bank.ledger.currentRefreshToken(grant_id), next.refresh_token)
  t.equal(bank.ledger.currentRefreshToken('no-grant'), undefined)
  t.match(bank.ledger.totals(), { presented: 2, rotated: 1, refused: 1, overlaps: 0 })
  bank.ledger.clear()
  t.equal(bank.ledger.count(), 0)
  t.strictSame(bank.ledger.presentations(), [])
})

t.test('a presentation tells who sent it, and what of the answer got through', async (t) => {
  const { bank, baseUrl } = await openBank(t)
  const { refresh_token, grant_id } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'reset' } })
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'TPP_test', refresh_token })
  await t.rejects(fetch(`${baseUrl}/as/token.oauth2?from=replica-2`, { method: 'POST', body }))
  const [presentation] = bank.ledger.presentations()
  t.match(presentation, { outcome: 'rotated', fault: 'reset', status: null, from: 'replica-2' })
  t.equal(presentation?.issued?.refreshToken, bank.ledger.currentRefreshToken(grant_id))
  t.equal(bank.ledger.isLive(grant_id), true)
  bank.revokeConsent({ grantId: grant_id })
  t.equal(bank.ledger.isLive(grant_id), false)
})

t.test('with the ledger off only totals are kept, and old tokens are forgotten', async (t) => {
  const { bank, refresh } = await openBank(t, { ledger: 'off', revokeGrantOnReuse: true })
  const first = bank.startGrant()
  let token = first.refresh_token
  for (let turn = 0; turn < 10; turn += 1) token = (await tokenBody(await refresh(token))).refresh_token
  t.strictSame(bank.ledger.presentations(), [])
  t.equal(bank.ledger.count(), 10)
  t.equal((await refresh(first.refresh_token)).status, 400)
  t.equal((await refresh(token)).status, 200, 'a forgotten token ends no grant')
})
