import { once } from 'node:events'
import https from 'node:https'
import net from 'node:net'
import { Client } from 'undici'
import { exchange } from '../../src/bank/exchange.ts'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { makeAuthority, makeCertificate } from './support/certificates.ts'
import { goodPair, json, listen, listener, startHttp } from './support/servers.ts'

const ABANDON_AFTER_MS = 200
/** In time to be sent, and too late to be answered. */
const HANDSHAKE_MS = 150

const ca = await makeAuthority('the bank trusts this one')
const tls = { ...(await makeCertificate(ca)), ca: ca.cert }
const token = new Secret('RT')

t.test('a handshake that takes most of the time leaves a token unspent', async (t) => {
  const { onRequest, received } = listener(() => {})
  const server = https.createServer(
    { ...(await makeCertificate(ca)), ca: ca.cert, requestCert: true },
    onRequest,
  )
  const port = await listen(t, server)
  const relay = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1')
    near.pipe(far).on('error', () => {})
    near.on('close', () => far.destroy())
    setTimeout(() => far.pipe(near), HANDSHAKE_MS)
  })
  const base = `https://127.0.0.1:${await listen(t, relay)}`
  const connected = once(relay, 'connection')
  const outcome = await bankAt(t, base, { tls, abandonAfterMs: ABANDON_AFTER_MS }).refresh(token)
  t.strictSame(outcome, { kind: 'not_processed', reason: 'abandoned', left: false })
  const [near] = await connected
  if (!near.closed) await once(near, 'close')
  t.equal(received.length, 0, 'the bank saw nothing')
})

t.test('a timer that runs late lets nothing leave late', async (t) => {
  const { base, received } = await startHttp(t, (_, response) => json(response, 200, goodPair))
  const client = new Client(base, { pipelining: 1 })
  t.teardown(() => client.destroy())
  const request = { method: 'POST', path: '/', headers: {}, body: 'a=b' } as const
  const now = performance.now()
  const first = await exchange(client, request, { leaveBy: now + 5_000, endBy: now + 10_000 })
  t.match(first, { state: 'answered', status: 200 })
  // On a connection that stands it is written at once, before any timer.
  const late = await exchange(client, request, { leaveBy: now, endBy: now + 10_000 })
  t.strictSame(late, { state: 'unsent', reason: 'abandoned', ourFault: false })
  t.equal(received.length, 1)
})
