import { createHash } from 'node:crypto'
import { createBank, profiles } from '../../src/bank/index.ts'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'

const settings = {
  clientId: 'TPP_test',
  apiKey: new Secret('key'),
  redirectUri: 'https://broker.example/callback?x=1',
  abandonAfterMs: 1_000,
  maxConcurrency: 1,
}
const request = {
  state: new Secret('the-state'),
  codeChallenge: 'the-challenge',
  scopes: ['psd2:account:balance:read', 'psd2:account:details:read'],
  bankBrand: null,
  transactionId: null,
}

t.test('the profile of production', async (t) => {
  const bank = createBank({ profile: profiles.abnamro, ...settings })
  t.match(bank, { id: 'abnamro', consentValidityMs: 90 * 86_400_000, defaultExpiresInSeconds: 7200 })
  t.strictSame(bank.brands, ['NLAA01', 'BEPB01', 'BEPB02'])
  const url = new URL(bank.authorizationUrl(request))
  t.equal(url.origin + url.pathname, 'https://auth.connect.abnamro.com/as/authorization.oauth2')
  t.strictSame(Object.fromEntries(url.searchParams), {
    flow: 'code',
    response_type: 'code',
    client_id: 'TPP_test',
    redirect_uri: 'https://broker.example/callback?x=1',
    scope: 'psd2:account:balance:read psd2:account:details:read',
    state: 'the-state',
    code_challenge: 'the-challenge',
    code_challenge_method: 'S256',
  })
  t.equal(await bank.revoke(new Secret('RT')), 'unsupported')
})

// ABNAMRO.md section 1.1.
t.test('where the bank and its sandbox are', async (t) => {
  const { abnamro, 'abnamro-sandbox': sandbox } = profiles
  t.equal(abnamro.tokenEndpoint, 'https://auth.connect.abnamro.com:8443/as/token.oauth2')
  t.equal(abnamro.apiBaseUrl, 'https://api.abnamro.com/v1')
  t.equal(sandbox.authorizationEndpoint, 'https://auth-sandbox.abnamro.com/as/authorization.oauth2')
  t.equal(sandbox.tokenEndpoint, 'https://auth-mtls-sandbox.abnamro.com/as/token.oauth2')
  t.equal(sandbox.apiBaseUrl, 'https://api-sandbox.abnamro.com/v1')
})

t.test('brand and transaction are sent when given', async (t) => {
  const bank = bankAt(t, 'http://localhost:1')
  const url = new URL(bank.authorizationUrl({ ...request, bankBrand: 'BEPB01', transactionId: 'tx-1' }))
  t.match(Object.fromEntries(url.searchParams), { bank: 'BEPB01', transactionId: 'tx-1' })
  t.equal(url.origin, 'http://localhost:1')
})

t.test('the validity of a consent can be set', async (t) => {
  t.equal(createBank({ profile: profiles.abnamro, ...settings, consentValidityMs: 5 }).consentValidityMs, 5)
  const unset = createBank({ profile: profiles.abnamro, ...settings, consentValidityMs: null })
  t.equal(unset.consentValidityMs, 90 * 86_400_000)
  const day = 86_400_000
  const advised = (extra: object) =>
    createBank({ profile: profiles.abnamro, ...settings, ...extra }).renewalAdvisedBeforeMs / day
  t.equal(advised({}), 14)
  t.equal(advised({ consentValidityMs: 180 * day }), 14)
  t.equal(advised({ consentValidityMs: 10 * day }), 2, 'not from its first day')
  t.equal(advised({ consentValidityMs: 10 * day, renewalAdvisedBeforeMs: 5 * day }), 5)
})

t.test('refusals at the authorization endpoint', async (t) => {
  const bank = bankAt(t, 'http://localhost:1')
  t.equal(bank.readRefusal('server_error'), 'cancelled_by_customer')
  t.equal(bank.readRefusal('access_denied'), 'no_account')
  t.equal(bank.readRefusal('invalid_scope'), 'bank_trouble')
  t.equal(bank.readRefusal('constructor'), 'bank_trouble')
})

t.test('PKCE makes an S256 pair', async (t) => {
  const { verifier, challenge } = await bankAt(t, 'http://localhost:1').createPkce()
  t.match(verifier.reveal(), /^[\w-]{43}$/)
  t.equal(challenge, createHash('sha256').update(verifier.reveal()).digest('base64url'))
})

t.test('unusable settings stop the start', async (t) => {
  const tls = { cert: 'no certificate', key: 'no key' }
  t.throws(() => createBank({ profile: profiles.abnamro, ...settings, tls }), { code: 'settings_invalid' })
  for (const address of [
    'http://bank.example/token',
    'http://127.0.0.1.evil.example/',
    'ftp://x/',
    'nonsense',
  ]) {
    const options = { ...settings, profile: profiles.abnamro, tokenEndpoint: address }
    t.throws(() => createBank(options), { code: 'settings_invalid' }, address)
  }
})
