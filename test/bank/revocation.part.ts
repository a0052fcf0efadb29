import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { closedPort, startHttp } from './support/servers.ts'

const token = new Secret('RT')

t.test('revoked by RFC 7009', async (t) => {
  const { base, received } = await startHttp(t, (_, response) => response.end())
  t.equal(await bankAt(t, base, { revocationEndpoint: `${base}/revoke` }).revoke(token), 'revoked')
  t.equal(received[0]?.path, '/revoke')
  t.strictSame(Object.fromEntries(received[0]?.form ?? []), {
    client_id: 'TPP_test',
    token: 'RT',
    token_type_hint: 'refresh_token',
  })
})

t.test('a failure is told, not raised', async (t) => {
  const { base } = await startHttp(t, (_, response) => response.writeHead(503).end())
  t.equal(await bankAt(t, base, { revocationEndpoint: `${base}/revoke` }).revoke(token), 'failed')
  const revocationEndpoint = `${await closedPort()}/revoke`
  t.equal(await bankAt(t, base, { revocationEndpoint }).revoke(token), 'failed')
  t.equal(await bankAt(t, base, { revocationEndpoint }).revoke(new Secret('')), 'failed')
})

t.test('unsupported without an endpoint', async (t) => {
  t.equal(await bankAt(t, await closedPort()).revoke(token), 'unsupported')
})
