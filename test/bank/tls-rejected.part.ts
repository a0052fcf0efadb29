import https from 'node:https'
import net from 'node:net'
import type { TlsOptions } from 'node:tls'
import { Client } from 'undici'
import { readConsentInfo } from '../../src/bank/consent-info.ts'
import { exchange } from '../../src/bank/exchange.ts'
import { tokenOutcome } from '../../src/bank/outcome.ts'
import { profiles } from '../../src/bank/profiles.ts'
import { Secret } from '../../src/core/secret.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { makeAuthority, makeCertificate } from './support/certificates.ts'
import { listen, listener, startRaw } from './support/servers.ts'

const token = new Secret('RT')
const ca = await makeAuthority('the bank trusts this one')
const foreign = await makeAuthority('nobody trusts this one')
const server = await makeCertificate(ca)
const none = { ca: ca.cert }
const untrusted = { ...(await makeCertificate(foreign)), ca: ca.cert }
const REQUEST = { method: 'POST', path: '/as/token.oauth2', headers: {}, body: 'refresh_token=RT' } as const

type Versions = Pick<TlsOptions, 'minVersion' | 'maxVersion'>

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  const only: Versions = { minVersion: version, maxVersion: version }

  for (const [what, tls] of Object.entries({ none, untrusted })) {
    t.test(`${version}: a front proxy answers a certificate (${what}) with HTML`, async (t) => {
      const { onRequest, received } = listener((_, response) => {
        response.writeHead(400, { 'content-type': 'text/html', connection: 'close' })
        response.end('<html><title>400 No required SSL certificate was sent</title></html>')
      })
      // As nginx does: the handshake goes well, the ticket comes, and the answer tells.
      const options = { ...server, ...only, ca: ca.cert, requestCert: true, rejectUnauthorized: false }
      const base = `https://127.0.0.1:${await listen(t, https.createServer(options, onRequest))}`
      const bank = bankAt(t, base, { tls })
      t.strictSame(await bank.refresh(token), { kind: 'our_fault', reason: 'http_400' })
      t.strictSame(await bank.consentInfo(token), { kind: 'our_fault', reason: 'http_400' })
      t.equal(received.length, 2)
    })
  }
}

const ALERTS: readonly (readonly [code: string, kind: string])[] = [
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'our_fault'],
  ['ERR_SSL_TLS_ALERT_HANDSHAKE_FAILURE', 'our_fault'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'our_fault'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', 'uncertain'],
  ['ECONNRESET', 'uncertain'],
]

// The alert itself races with the reset that follows it, so the socket ends here as Node.js ends it.
for (const [code, kind] of ALERTS) {
  t.test(`${code} after the request was written is ${kind}`, async (t) => {
    const arrived = createGate()
    const { base } = await startRaw(t, arrived.open)
    const socket = net.connect(Number(new URL(base).port), '127.0.0.1')
    const client = new Client(base, {
      connect: (_, connected) => void socket.once('connect', () => connected(null, socket)),
    })
    t.teardown(() => client.destroy())
    const now = performance.now()
    const ending = exchange(client, REQUEST, { leaveBy: now + 5_000, endBy: now + 10_000 })
    await arrived.opened
    socket.destroy(Object.assign(new Error('an alert'), { code }))
    const ended = await ending
    t.equal(ended.state, 'lost', 'it had left')
    t.equal(tokenOutcome(ended, profiles.abnamro, new Date()).kind, kind)
    const told = kind === 'our_fault' ? kind : 'unknown'
    t.equal(readConsentInfo(profiles.abnamro, ended, new Date()).kind, told, 'nor is it to Consent Info')
  })
}
