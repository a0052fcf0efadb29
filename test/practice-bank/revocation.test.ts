import t from 'tap'
import { type OpenBank, openBank, tokenBody } from './helpers.ts'

function revoke({ baseUrl }: OpenBank, form: Record<string, string>): Promise<Response> {
  return fetch(`${baseUrl}/as/revoke_token.oauth2`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'TPP_test', ...form }),
  })
}

t.test('it is not there until it is turned on', async (t) => {
  const open = await openBank(t)
  const { refresh_token } = open.bank.startGrant()
  t.equal((await revoke(open, { token: refresh_token })).status, 404)
  t.equal((await open.refresh(refresh_token)).status, 200)
})

t.test('a refresh token takes its grant with it, an access token only itself', async (t) => {
  const open = await openBank(t, { revocation: true })
  const { access_token, refresh_token, grant_id } = open.bank.startGrant()
  const next = await tokenBody(await open.refresh(refresh_token))

  t.equal((await revoke(open, { token: refresh_token })).status, 200, 'spent already')
  t.equal((await revoke(open, { token: 'unknown', token_type_hint: 'refresh_token' })).status, 200)
  t.ok(open.bank.ledger.isLive(grant_id))

  const one = await revoke(open, { token: access_token, token_type_hint: 'access_token' })
  t.strictSame([one.status, await one.text()], [200, ''])
  t.equal((await open.consentInfo(access_token)).status, 401)
  t.equal((await open.consentInfo(next.access_token)).status, 200)

  t.equal((await revoke(open, { token: next.refresh_token })).status, 200)
  t.notOk(open.bank.ledger.isLive(grant_id))
  t.equal((await open.consentInfo(next.access_token)).status, 401)
  t.equal((await open.refresh(next.refresh_token)).status, 400)
})

t.test('who asks, and for what, must be told; faults strike here too', async (t) => {
  const open = await openBank(t, { revocation: true })
  const { refresh_token, grant_id } = open.bank.startGrant()
  const stranger = await revoke(open, { client_id: 'someone', token: refresh_token })
  t.match(await stranger.json(), { error: 'invalid_client' })
  t.match(await (await revoke(open, {})).json(), { error: 'invalid_request' })
  open.bank.faults.add({
    endpoint: 'revocation',
    grantId: grant_id,
    action: { kind: 'status', status: 503 },
  })
  t.equal((await revoke(open, { token: refresh_token })).status, 503)
  t.ok(open.bank.ledger.isLive(grant_id))
})
