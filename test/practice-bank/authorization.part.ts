import { createHash } from 'node:crypto'
import { walkConsent } from '../../src/practice-bank/index.ts'
import { t } from '../support/parts.ts'
import {
  balanceAndTransactions,
  codeForm,
  codeOf,
  type OpenBank,
  openBank,
  redirectUri,
  tokenBody,
} from './helpers.ts'

const challenge = 'a'.repeat(43)

t.test('a request that names no known client or redirect URI gets a page, never a redirect', async (t) => {
  const { authorizationUrl } = await openBank(t)
  for (const change of [
    { client_id: 'someone' },
    { client_id: undefined },
    { redirect_uri: undefined },
    { redirect_uri: `${redirectUri}/` },
    { redirect_uri: 'https://evil.example/<script>' },
  ]) {
    const response = await fetch(authorizationUrl(change), { redirect: 'manual' })
    t.equal(response.status, 400)
    t.equal(response.headers.get('location'), null)
    t.match(response.headers.get('content-type'), /text\/html/)
  }
  const bare = await fetch(authorizationUrl().replace(/\?.*/, ''), { redirect: 'manual' })
  t.equal(bare.status, 400)
  t.match(await bare.text(), 'href="?language=nl"', 'without a query, the other language is all of it')
})

t.test('other errors go back to the client with its state', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const cases: [Record<string, string | undefined>, string][] = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: undefined }, 'invalid_request'],
    [{ scope: undefined }, 'invalid_scope'],
    [{ scope: 'openid' }, 'invalid_scope'],
    [{ scope: 'constructor', transactionId: 'X' }, 'invalid_scope'],
    [{ scope: 'psd2:account:balance:read psd2:payment:sepa:read' }, 'invalid_scope'],
    [{ scope: 'psd2:payment:sepa:write psd2:payment:xborder:write', transactionId: 'X' }, 'invalid_scope'],
    [{ scope: 'psd2:payment:sepa:write psd2:payment:sepa:read' }, 'invalid_request'],
    [{ bank: 'NLAA02' }, 'invalid_request'],
    [{ flow: 'implicit' }, 'invalid_request'],
    [{ code_challenge: challenge }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
  ]
  for (const [change, error] of cases) {
    const response = await fetch(authorizationUrl(change), { redirect: 'manual' })
    const location = response.headers.get('location') ?? ''
    t.equal(response.status, 302)
    t.ok(location.startsWith(`${redirectUri}?error_description=`), location)
    t.match(location, new RegExp(`&state=state-1&error=${error}#$`))
  }
  const twice = await fetch(`${authorizationUrl()}&state=other`, { redirect: 'manual' })
  t.match(twice.headers.get('location'), /error=invalid_request#$/)
})

t.test('a good request sets the PF cookie and goes to the consent application', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const wanted = [
    {},
    { flow: undefined, state: undefined },
    { bank: 'BEPB02' },
    { code_challenge: challenge, code_challenge_method: 'S256' },
    { scope: 'psd2:payment:sepa:write psd2:payment:sepa:read', transactionId: '8338L5812304793S0PD' },
    { scope: 'psd2:payment:batchsct:write psd2:payment:batchsdd:write' },
  ]
  for (const change of wanted) {
    const response = await fetch(authorizationUrl(change), { redirect: 'manual' })
    t.equal(response.status, 302)
    t.match(response.headers.get('location'), /^\/consent\//)
    t.match(response.headers.get('set-cookie'), /^PF=[\w-]{22};Path=\/;HttpOnly$/)
  }
})

t.test('an unknown path is a plain 404', async (t) => {
  const { baseUrl, authorizationUrl } = await openBank(t)
  for (const [path, method] of [
    [`${baseUrl}/`, 'GET'],
    [`${baseUrl}/as/revoke_token.oauth2`, 'POST'],
    [`${baseUrl}/practice/ledger`, 'GET'],
    [authorizationUrl(), 'HEAD'],
  ] as const) {
    const response = await fetch(path, { method, redirect: 'manual' })
    t.equal(response.status, 404, path)
    t.match(response.headers.get('content-type'), /^text\/plain/)
  }
})

async function freshCode({ authorizationUrl }: OpenBank, changes: Record<string, string> = {}) {
  return codeOf(await walkConsent(authorizationUrl(changes)))
}

const expiredCode =
  '{"error_description":"Authorization code is invalid or expired.","error":"invalid_grant"}\r\n'

t.test('a code becomes a pair of tokens', async (t) => {
  const open = await openBank(t)
  const response = await open.token(codeForm(await freshCode(open)))
  t.equal(response.status, 200)
  t.equal(response.headers.get('cache-control'), 'no-cache, no-store')
  t.match(response.headers.get('set-cookie'), /^PF=[\w-]{22};Path=\/;Secure;HttpOnly$/)
  const body = await tokenBody(response)
  t.strictSame(Object.keys(body), ['access_token', 'refresh_token', 'token_type', 'expires_in', 'scope'])
  t.match(body.access_token, /^[\w-]{28}$/)
  t.match(body.refresh_token, /^[\w-]{42}$/)
  t.match(body, { token_type: 'Bearer', expires_in: 7200, scope: balanceAndTransactions })
})

t.test('a code works once', async (t) => {
  const open = await openBank(t)
  const code = await freshCode(open)
  t.equal((await open.token(codeForm(code))).status, 200)
  const again = await open.token(codeForm(code))
  t.equal(again.status, 400)
  t.equal(await again.text(), expiredCode)
  t.equal(open.bank.ledger.codePresentations(code), 2)
  t.strictSame(
    open.bank.ledger.codes().map(({ outcome }) => outcome),
    ['exchanged', 'refused'],
  )
})

t.test('a code lives 60 seconds', async (t) => {
  const open = await openBank(t)
  const early = await freshCode(open)
  const late = await freshCode(open)
  open.clock.nowMs += 59_999
  t.equal((await open.token(codeForm(early))).status, 200)
  open.clock.nowMs += 1
  t.equal(await (await open.token(codeForm(late))).text(), expiredCode)
})

t.test('the redirect URI must come again, unchanged', async (t) => {
  const open = await openBank(t)
  const { redirect_uri: _, ...without } = codeForm(await freshCode(open))
  t.equal(
    await (await open.token(without)).text(),
    '{"error_description":"redirect_uri is required if it was included in the authorization request.","error":"invalid_grant"}\r\n',
  )
  const other = { ...codeForm(await freshCode(open)), redirect_uri: `${redirectUri}2` }
  t.match(await (await open.token(other)).json(), { error: 'invalid_grant' })
})

t.test('PKCE is enforced once a challenge was sent', async (t) => {
  const open = await openBank(t)
  const verifier = 'v'.repeat(43)
  const pkce = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  const right = await open.token({ ...codeForm(await freshCode(open, pkce)), code_verifier: verifier })
  t.equal(right.status, 200)
  const wrong = await open.token({
    ...codeForm(await freshCode(open, pkce)),
    code_verifier: `${verifier}x`,
  })
  t.equal(
    await wrong.text(),
    '{"error_description":"The code_verifier sent does not match code_challenge included in the authorization request using the S256 code_challenge_method.","error":"invalid_grant"}\r\n',
  )
  const missing = await open.token(codeForm(await freshCode(open, pkce)))
  t.match(await missing.json(), { error: 'invalid_grant' })
  const unasked = await open.token({ ...codeForm(await freshCode(open)), code_verifier: verifier })
  t.match(await unasked.json(), { error: 'invalid_grant' })
})

t.test('the consent runs from the authorisation, not from the exchange', async (t) => {
  const open = await openBank(t, { consentValidityMs: 100_000 })
  const code = await freshCode(open)
  open.clock.nowMs += 50_000
  const { refresh_token } = await tokenBody(await open.token(codeForm(code)))
  open.clock.nowMs += 50_000
  t.equal((await open.refresh(refresh_token)).status, 400)
})

t.test('a bank may grant less than was asked for, and everything follows it', async (t) => {
  const open = await openBank(t)
  open.bank.settings.grantedScopes = ['psd2:account:balance:read', 'psd2:account:details:read']
  const first = await tokenBody(await open.token(codeForm(await freshCode(open))))
  t.equal(first.scope, 'psd2:account:balance:read')
  const refreshed = await tokenBody(await open.refresh(first.refresh_token))
  for (const { access_token } of [first, refreshed]) {
    t.match(await (await open.consentInfo(access_token)).json(), { scopes: 'psd2:account:balance:read' })
  }
  const wider = await open.refresh(refreshed.refresh_token, { scope: balanceAndTransactions })
  t.match(await wider.json(), { error: 'invalid_scope' })
  t.equal(open.bank.startGrant({}).scope, 'psd2:account:details:read psd2:account:balance:read')

  open.bank.settings.grantedScopes = []
  const none = await open.token(codeForm(await freshCode(open)))
  t.match(await none.json(), { error: 'invalid_scope' })
})
