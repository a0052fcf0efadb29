import { request } from 'node:https'
import { generate } from 'selfsigned'
import { createPracticeBank } from '../../src/practice-bank/index.ts'
import { t } from '../support/parts.ts'
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

function control(baseUrl: string) {
  return async (method: string, path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${baseUrl}/practice/${path}`, { method, headers, ...sent })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
}

t.test('it is off unless asked for', async (t) => {
  const { baseUrl } = await openBank(t)
  for (const path of ['ledger', 'settings', 'faults']) {
    t.equal((await fetch(`${baseUrl}/practice/${path}`)).status, 404)
  }
})

t.test('grants, revocation and the ledger', async (t) => {
  const { baseUrl, refresh } = await openBank(t, { controlInterface: true })
  const call = control(baseUrl)
  const grant = await call('POST', 'grants', { iban: 'NL58ABNA9999142181' })
  t.equal(grant.status, 201)
  t.match(grant.body, { iban: 'NL58ABNA9999142181', consent_ends_at: '2026-04-05T09:00:00.000Z' })
  t.equal((await refresh(grant.body.refresh_token)).status, 200)
  const report = await call('GET', `ledger?refreshToken=${grant.body.refresh_token}`)
  t.match(report.body, { totals: { presented: 1 }, presentations: [{ outcome: 'rotated' }], overlaps: [] })
  t.strictSame((await call('POST', 'revoke', { iban: 'NL58ABNA9999142181' })).body, { revoked: 1 })
  t.equal((await call('POST', 'revoke', {})).status, 400)
})

t.test('settings', async (t) => {
  const { bank, baseUrl } = await openBank(t, { controlInterface: true })
  const call = control(baseUrl)
  t.match((await call('GET', 'settings')).body, { clientId: 'TPP_test', codeTtlMs: 60_000 })
  t.match((await call('PATCH', 'settings', { accessTokenTtlSeconds: 90 })).body, {
    accessTokenTtlSeconds: 90,
  })
  t.equal(bank.settings.accessTokenTtlSeconds, 90)
  const granting = { grantedScopes: ['psd2:account:balance:read'], revocation: true }
  t.match((await call('PATCH', 'settings', granting)).body, granting)
  t.equal((await call('POST', 'grants', {})).body.scope, 'psd2:account:balance:read')
  const certificate = { clientCertificateSha256: 'ab'.repeat(32) }
  t.match((await call('PATCH', 'settings', certificate)).body, certificate)
  const open = { grantedScopes: null, clientCertificateSha256: null }
  t.match((await call('PATCH', 'settings', open)).body, open)
  for (const wrong of [
    { grantedScopes: 'all' },
    { accessTokenTtlSeconds: '90' },
    { latency: 1 },
    { codeTtlMs: -1 },
    { consentValidityMs: 1e300 },
  ]) {
    t.equal((await call('PATCH', 'settings', wrong)).status, 400)
  }
})

t.test('faults', async (t) => {
  const { bank, baseUrl, refresh } = await openBank(t, { controlInterface: true })
  const call = control(baseUrl)
  const rule = { endpoint: 'token', times: null, when: 'after', action: { kind: 'status', status: 500 } }
  const added = await call('POST', 'faults', rule)
  t.equal(added.status, 201)
  t.strictSame(added.body, { rule, remaining: null, struck: 0 })
  t.equal((await refresh(bank.startGrant().refresh_token)).status, 500)
  t.match((await call('GET', 'faults')).body, [{ struck: 1 }])
  t.equal((await call('DELETE', 'faults')).status, 204)
  t.equal((await refresh(bank.startGrant().refresh_token)).status, 200)
  for (const action of [
    { kind: 'delay', delayMs: 1 },
    { kind: 'edit', omit: ['expires_in'] },
    { kind: 'hang' },
  ]) {
    t.equal((await call('POST', 'faults', { endpoint: 'consentinfo', action })).status, 201)
  }
  for (const action of [
    { kind: 'explode' },
    { kind: 'delay' },
    { kind: 'wait', until: {} },
    { kind: 'status', status: 99 },
  ]) {
    t.equal((await call('POST', 'faults', { endpoint: 'token', action })).status, 400)
  }
})

t.test('the bank speaks HTTPS with what node:https is given', async (t) => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
  const bank = createPracticeBank({ https: { key, cert, maxVersion: 'TLSv1.2' } })
  const baseUrl = await bank.listen()
  t.teardown(() => bank.close())
  t.match(baseUrl, /^https:\/\/127\.0\.0\.1:\d+$/)
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${baseUrl}/v1/consentinfo`, { rejectUnauthorized: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject).end()
  })
  t.equal(status, 400)
})
