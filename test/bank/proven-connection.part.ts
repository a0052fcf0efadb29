import { constants } from 'node:crypto'
import { once } from 'node:events'
import https from 'node:https'
import net from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import type { TlsIdentity } from '../../src/bank/index.ts'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt, open } from './support/bank.ts'
import { makeAuthority, makeCertificate } from './support/certificates.ts'
import { goodPair, json, listen, listener, type Received, startRaw } from './support/servers.ts'

const token = new Secret('RT')
const ca = await makeAuthority('the bank trusts this one')
const foreign = await makeAuthority('nobody trusts this one')
const server = await makeCertificate(ca)
const ours = { ...(await makeCertificate(ca)), ca: ca.cert }

async function startHttps(t: Test, extra: https.ServerOptions = {}) {
  const { onRequest, received } = listener((_, response) => json(response, 200, goodPair))
  const options = { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true, ...extra }
  const made = https.createServer(options, onRequest)
  const port = await listen(t, made)
  return { base: `https://127.0.0.1:${port}`, port, received, server: made }
}

function tlsSocket(received: Received | undefined): TLSSocket | undefined {
  return received?.socket instanceof TLSSocket ? received.socket : undefined
}

/** A relay that, for the first connection, keeps back all the server says after the client's second flight. */
async function startTicketless(t: Test, port: number) {
  let connections = 0
  const relay = net.createServer((near) => {
    connections += 1
    const mute = connections === 1
    let flights = 0
    const far = net.connect(port, '127.0.0.1')
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    near.on('data', (chunk) => {
      flights += 1
      far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (!mute || flights < 2) near.write(chunk)
    })
  })
  return { base: `https://127.0.0.1:${await listen(t, relay)}`, connections: () => connections }
}

const bad: Record<string, TlsIdentity> = {
  'of an authority the bank does not trust': { ...(await makeCertificate(foreign)), ca: ca.cert },
  'that has expired': { ...(await makeCertificate(ca, { expired: true })), ca: ca.cert },
  'that is missing': { ca: ca.cert },
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  t.test(`${version}: a good certificate`, async (t) => {
    const { base, received } = await startHttps(t, { minVersion: version, maxVersion: version })
    const bank = bankAt(t, base, { tls: ours })
    t.match(open(await bank.refresh(token)), { kind: 'granted', access: 'AT-1' })
    const socket = tlsSocket(received[0])
    t.equal(socket?.getProtocol(), version)
    t.equal(socket?.authorized, true)
    t.equal(socket?.isSessionReused(), false)
    t.match(await bank.consentInfo(token), { kind: 'unknown', reason: 'answer_empty' })
  })

  for (const [name, tls] of Object.entries(bad)) {
    t.test(`${version}: a certificate ${name} never looks like a spent token`, async (t) => {
      const { base, received } = await startHttps(t, { minVersion: version, maxVersion: version })
      const bank = bankAt(t, base, { tls })
      for (let round = 0; round < 5; round += 1) {
        const outcome = await bank.refresh(token)
        // Node.js closes without an alert: under TLS 1.2 that is a handshake like any other that failed.
        const alert = version === 'TLSv1.3' || name === 'that is missing'
        const expected = alert
          ? { kind: 'our_fault', reason: 'certificate_rejected' }
          : { kind: 'not_processed', reason: 'handshake_failed', left: false }
        t.strictSame(outcome, expected)
      }
      t.equal(received.length, 0)
    })
  }
}

t.test('a certificate of the bank that we do not trust', async (t) => {
  const { base, received } = await startHttps(t)
  const outcome = await bankAt(t, base, { tls: { ...ours, ca: foreign.cert } }).refresh(token)
  t.strictSame(outcome, { kind: 'not_processed', reason: 'bank_certificate_untrusted', left: false })
  t.equal(received.length, 0)
})

t.test('a certificate of the bank for another name', async (t) => {
  const { port } = await startHttps(t)
  const relay = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    far.on('error', () => near.destroy())
  })
  relay.listen(0, '127.0.0.2')
  await once(relay, 'listening')
  t.teardown(() => relay.close())
  const address = relay.address() as net.AddressInfo
  const outcome = await bankAt(t, `https://127.0.0.2:${address.port}`, { tls: ours }).refresh(token)
  t.strictSame(outcome, { kind: 'not_processed', reason: 'bank_certificate_untrusted', left: false })
})

t.test('a server without stateless tickets still sends some', async (t) => {
  const secureOptions = constants.SSL_OP_NO_TICKET
  const { base, received } = await startHttps(t, { secureOptions, sessionTimeout: 1 })
  t.match(await bankAt(t, base, { tls: ours }).refresh(token), { kind: 'granted' })
  t.equal(tlsSocket(received[0])?.getProtocol(), 'TLSv1.3')
})

t.test('a host that sends no ticket is used with TLS 1.2 from then on', async (t) => {
  const { port, received } = await startHttps(t)
  const relay = await startTicketless(t, port)
  const bank = bankAt(t, relay.base, { tls: ours })
  t.match(await bank.refresh(token), { kind: 'granted' })
  t.equal(relay.connections(), 2)
  t.equal(tlsSocket(received[0])?.getProtocol(), 'TLSv1.2')
  t.match(await bank.exchangeCode(new Secret('code'), new Secret('v'.repeat(43))), { kind: 'granted' })
  t.equal(relay.connections(), 3, 'without another second of waiting')
  t.equal(tlsSocket(received[1])?.getProtocol(), 'TLSv1.2')
})

t.test('a host that refuses TLS 1.2 is asked for its ticket again', async (t) => {
  const { port, received } = await startHttps(t, { minVersion: 'TLSv1.3' })
  const relay = await startTicketless(t, port)
  const bank = bankAt(t, relay.base, { tls: ours })
  t.match(await bank.refresh(token), { kind: 'not_processed', left: false })
  t.match(await bank.refresh(token), { kind: 'granted' })
  t.equal(tlsSocket(received[0])?.getProtocol(), 'TLSv1.3')
})

t.test('a server that closes in the handshake', async (t) => {
  const { server: plain } = await startRaw(t, () => {})
  plain.on('connection', (socket) => socket.once('data', () => socket.destroy()))
  const { port } = plain.address() as net.AddressInfo
  const outcome = await bankAt(t, `https://127.0.0.1:${port}`).refresh(token)
  t.strictSame(outcome, { kind: 'not_processed', reason: 'handshake_failed', left: false })
})

t.test('a server that speaks no TLS', async (t) => {
  const { server: plain } = await startRaw(t, () => {})
  plain.on('connection', (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')))
  const { port } = plain.address() as net.AddressInfo
  const outcome = await bankAt(t, `https://127.0.0.1:${port}`).refresh(token)
  t.strictSame(outcome, { kind: 'not_processed', reason: 'handshake_failed', left: false })
})
