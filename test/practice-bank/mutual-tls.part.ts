import { X509Certificate } from 'node:crypto'
import { createPracticeBank } from '../../src/practice-bank/index.ts'
import { makeAuthority, makeCertificate, type Pem } from '../bank/support/certificates.ts'
import { t } from '../support/parts.ts'
import { authorizationUrl, usedRefreshToken } from './helpers.ts'
import { ask, type Identity } from './tls-request.ts'

const invalidClient =
  '{"error_description":"Invalid client or client credentials","error":"invalid_client"}\r\n'

const authority = await makeAuthority('practice authority')
const [server, client, second] = await Promise.all([1, 2, 3].map(() => makeCertificate(authority)))
const stranger = await makeCertificate(await makeAuthority('another authority'))

function identity(pem: Pem | undefined, options: Identity = {}): Identity {
  return { ca: authority.cert, ...pem, ...options }
}

t.test('the token endpoint has a port of its own, for clients with a certificate', async (t) => {
  const bank = createPracticeBank({
    https: server!,
    tokenListener: { ...server!, ca: authority.cert },
    revocation: true,
  })
  t.throws(() => bank.tokenUrl(), 'not before it listens')
  const frontUrl = await bank.listen()
  t.teardown(() => bank.close())
  const tokenUrl = `${bank.tokenUrl()}/as/token.oauth2`
  t.not(bank.tokenUrl(), frontUrl)
  t.match(tokenUrl, /^https:/)

  let { refresh_token } = bank.startGrant()
  const form = () => ({ grant_type: 'refresh_token', client_id: 'TPP_test', refresh_token })
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const rotated = await ask(tokenUrl, identity(client, { maxVersion }), form())
    t.equal(rotated.status, 200, maxVersion)
    refresh_token = (JSON.parse(rotated.body) as { refresh_token: string }).refresh_token
    await t.rejects(ask(tokenUrl, identity(undefined, { maxVersion }), form()), `none, ${maxVersion}`)
    await t.rejects(ask(tokenUrl, identity(stranger, { maxVersion }), form()), `a stranger's, ${maxVersion}`)
  }
  t.equal(bank.ledger.count(), 2, 'a refused certificate presents nothing')

  bank.settings.clientCertificateSha256 = new X509Certificate(second!.cert).fingerprint256
  const refused = await ask(tokenUrl, identity(client), form())
  t.strictSame([refused.status, refused.body], [401, invalidClient])
  const swapped = await ask(tokenUrl, identity(second), form())
  t.equal(swapped.status, 200)
  refresh_token = (JSON.parse(swapped.body) as { refresh_token: string }).refresh_token
  const revoked = await ask(`${bank.tokenUrl()}/as/revoke_token.oauth2`, identity(second), {
    client_id: 'TPP_test',
    token: refresh_token,
  })
  t.equal(revoked.status, 200)
  t.equal((await ask(tokenUrl, identity(second), form())).body, usedRefreshToken)
})

t.test(
  'the front asks for no certificate and has no token endpoint; the token port has nothing else',
  async (t) => {
    const bank = createPracticeBank({ https: server!, tokenListener: { ...server!, ca: authority.cert } })
    const frontUrl = await bank.listen()
    t.teardown(() => bank.close())
    const anyone = identity(undefined)
    t.equal((await ask(`${frontUrl}/as/token.oauth2`, anyone, { grant_type: 'x' })).status, 404)
    const shown = await ask(authorizationUrl(frontUrl), anyone)
    t.equal(shown.status, 302)
    t.match(shown.setCookie, /^PF=[\w-]{22};Path=\/;Secure;HttpOnly$/)
    t.equal((await ask(`${frontUrl}/v1/consentinfo`, anyone)).status, 400)
    t.equal((await ask(`${bank.tokenUrl()}/v1/consentinfo`, identity(client))).status, 404)
    t.equal((await ask(authorizationUrl(bank.tokenUrl()), identity(client))).status, 404)
  },
)

t.test('a port that is taken leaves the other one free', async (t) => {
  const bank = createPracticeBank()
  const port = Number(new URL(await bank.listen()).port)
  const other = createPracticeBank({ tokenListener: { ...server!, ca: authority.cert } })
  await t.rejects(other.listen({ tokenPort: port }), { code: 'EADDRINUSE' })
  t.match(await other.listen(), /^http:/, 'it can be tried again')
  await Promise.all([bank.close(), other.close()])
})

t.test('a client id that is tied to a certificate is nobody without TLS', async (t) => {
  const bank = createPracticeBank({ clientCertificateSha256: 'ab'.repeat(32) })
  const baseUrl = await bank.listen()
  t.teardown(() => bank.close())
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'TPP_test' })
  const response = await fetch(`${baseUrl}/as/token.oauth2`, { method: 'POST', body })
  t.strictSame([response.status, await response.text()], [401, invalidClient])
})
