import t from 'tap'
import { openBank } from './helpers.ts'

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
