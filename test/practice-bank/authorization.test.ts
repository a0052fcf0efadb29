import t from 'tap'
import { openBank, redirectUri } from './helpers.ts'

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
