import t from 'tap'
import { openBank } from './helpers.ts'

t.test('the errors are PingFederate’s, byte for byte', async (t) => {
  const { token } = await openBank(t)
  const client_id = 'TPP_test'
  const cases: [Record<string, string>, number, string][] = [
    [{ client_id }, 400, '{"error_description":"grant_type is required","error":"invalid_request"}\r\n'],
    [{ grant_type: 'password', client_id }, 400, '{"error":"unsupported_grant_type"}\r\n'],
    [
      { grant_type: 'refresh_token', client_id: 'someone', refresh_token: 'x' },
      401,
      '{"error_description":"Invalid client or client credentials","error":"invalid_client"}\r\n',
    ],
    [
      { grant_type: 'refresh_token', client_id },
      400,
      '{"error_description":"refresh_token parameter is required","error":"invalid_request"}\r\n',
    ],
    [
      { grant_type: 'refresh_token', client_id, refresh_token: 'unknown' },
      400,
      '{"error_description":"unknown, invalid, or expired refresh token","error":"invalid_grant"}\r\n',
    ],
    [
      { grant_type: 'authorization_code', client_id, code: 'short' },
      400,
      '{"error_description":"Authorization code is malformed.","error":"invalid_grant"}\r\n',
    ],
    [
      { grant_type: 'authorization_code', client_id, code: 'c'.repeat(40) },
      400,
      '{"error_description":"Authorization code is invalid or expired.","error":"invalid_grant"}\r\n',
    ],
    [
      { grant_type: 'client_credentials', client_id, scope: 'psd2:account:balance:read' },
      400,
      '{"error_description":"The requested scope(s) must be blank or a subset of the provided scopes.","error":"invalid_scope"}\r\n',
    ],
  ]
  for (const [form, status, bytes] of cases) {
    const response = await token(form)
    t.equal(response.status, status)
    t.equal(await response.text(), bytes)
    t.equal(response.headers.get('cache-control'), 'no-cache, no-store')
    t.match(response.headers.get('content-type'), /^application\/json/)
  }
})

t.test('a body that is no form has no grant_type', async (t) => {
  const { baseUrl } = await openBank(t)
  const response = await fetch(`${baseUrl}/as/token.oauth2`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"grant_type":"client_credentials"}',
  })
  t.match(await response.json(), { error: 'invalid_request' })
})

t.test('a parameter sent twice is refused', async (t) => {
  const { baseUrl } = await openBank(t)
  const body = new URLSearchParams('grant_type=client_credentials&client_id=TPP_test&client_id=TPP_test')
  const response = await fetch(`${baseUrl}/as/token.oauth2`, { method: 'POST', body })
  t.match(await response.json(), { error: 'invalid_request' })
})

t.test('client credentials give a 32-character token and no refresh token', async (t) => {
  const { token, consentInfo } = await openBank(t)
  const response = await token({
    grant_type: 'client_credentials',
    client_id: 'TPP_test',
    scope: 'psd2:payment:sepa:write psd2:payment:xborder:write',
  })
  const body = (await response.json()) as Record<string, unknown>
  t.strictSame(Object.keys(body), ['token_type', 'expires_in', 'access_token'])
  t.match(body.access_token, /^[\w-]{32}$/)
  t.equal((await consentInfo(String(body.access_token))).status, 403)
})
