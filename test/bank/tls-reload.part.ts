import { X509Certificate } from 'node:crypto'
import https from 'node:https'
import net from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import { Secret } from '../../src/core/secret.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { bankAt, open } from './support/bank.ts'
import { makeAuthority, makeCertificate } from './support/certificates.ts'
import { goodPair, json, listen, listener, type Received, type Reply, until } from './support/servers.ts'

const token = new Secret('RT')
const ca = await makeAuthority('the bank trusts this one')
const formerCa = await makeAuthority('the bank trusts this one no more')
const server = await makeCertificate(ca)
const former = { ...(await makeCertificate(formerCa, { name: 'former' })), ca: ca.cert }
const next = { ...(await makeCertificate(ca, { name: 'next' })), ca: ca.cert }
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const

/** A bank that takes both certificates until it is told otherwise. */
async function startBank(t: Test, version: (typeof VERSIONS)[number], reply: Reply) {
  const callers: (string | undefined)[] = []
  const { onRequest, received } = listener((one, response) => {
    callers.push(callerOf(one))
    reply(one, response)
  })
  const options = { ...server, requestCert: true, minVersion: version, maxVersion: version }
  const made = https.createServer({ ...options, ca: [ca.cert, formerCa.cert] }, onRequest)
  const base = `https://127.0.0.1:${await listen(t, made)}`
  return { base, received, callers, refuseFormer: () => made.setSecureContext({ ...options, ca: ca.cert }) }
}

function callerOf({ socket }: Received): string | undefined {
  return socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject?.CN) : undefined
}

for (const version of VERSIONS) {
  t.test(`${version}: what is under way ends as who we were, and all else goes as who we are`, async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { base, received, callers, refuseFormer } = await startBank(
      t,
      version,
      async ({ form }, response) => {
        if (form.get('refresh_token') === 'held') await promise
        json(response, 200, goodPair)
      },
    )
    const bank = bankAt(t, base, { tls: former, revocationEndpoint: `${base}/as/revoke.oauth2` })
    await bank.refresh(token)
    const held = bank.refresh(new Secret('held'))
    await until(() => received.length === 2)
    bank.become(next)
    refuseFormer()
    t.equal(bank.certificate()?.subject, 'CN=next')
    await bank.refresh(token)
    await bank.exchangeCode(new Secret('code'), new Secret('v'.repeat(43)))
    await bank.consentInfo(token)
    t.equal(await bank.revoke(token), 'revoked')
    resolve()
    t.match(open(await held), { kind: 'granted', access: 'AT-1' }, 'its answer still came')
    await bank.refresh(token)
    t.strictSame(callers, ['former', 'former', 'next', 'next', 'next', 'next', 'next'])
  })

  t.test(`${version}: a handshake as who we no longer are is done again`, async (t) => {
    const { base, received, callers, refuseFormer } = await startBank(t, version, (_, response) =>
      json(response, 200, goodPair),
    )
    refuseFormer()
    const gate = createGate()
    const relay = net.createServer(async (near) => {
      near.pause()
      await gate.opened
      const far = net.connect(Number(new URL(base).port), '127.0.0.1')
      near.on('error', () => far.destroy()).pipe(far)
      far.on('error', () => near.destroy()).pipe(near)
    })
    let connected = 0
    relay.on('connection', () => {
      connected += 1
    })
    const bank = bankAt(t, `https://127.0.0.1:${await listen(t, relay)}`, { tls: former, maxConcurrency: 2 })
    // Two connect and two wait for a connection.
    const all = [1, 2, 3, 4].map(() => bank.refresh(token))
    await until(() => connected === 2)
    bank.become(next)
    gate.open()
    for (const outcome of await Promise.all(all)) t.match(outcome, { kind: 'granted' })
    t.strictSame(new Set(callers), new Set(['next']))
    t.equal(received.length, 4, 'each was sent once')
  })
}

t.test('what cannot be used changes nothing', async (t) => {
  const { base, callers } = await startBank(t, 'TLSv1.3', (_, response) => json(response, 200, goodPair))
  const bank = bankAt(t, base, { tls: next })
  const unusable = {
    'another key': { ...next, key: former.key },
    expired: { ...(await makeCertificate(ca, { expired: true })), ca: ca.cert },
    'not valid yet': { ...(await makeCertificate(ca, { fromDays: 1, untilDays: 2 })), ca: ca.cert },
  }
  for (const [what, identity] of Object.entries(unusable))
    t.throws(() => bank.become(identity), { code: 'settings_invalid', message: /^BANK_TLS_CERT_FILE/ }, what)
  await bank.refresh(token)
  t.strictSame(callers, ['next'])
})

t.test('the chain ends when the first of its certificates does, but for the root', async (t) => {
  const root = await makeAuthority('a root', { untilDays: 2 })
  const upper = await makeAuthority('an upper intermediate', { ca: root, untilDays: 5 })
  const intermediate = await makeAuthority('an intermediate', { ca: upper, untilDays: 3 })
  const own = await makeCertificate(intermediate, { untilDays: 9 })
  const cert = `${own.cert}\n${intermediate.cert}\n${upper.cert}\n${root.cert}`
  const certificate = bankAt(t, 'https://localhost:1', { tls: { ...own, cert } }).certificate()
  const parsed = new X509Certificate(own.cert)
  const { thumbprint, ...told } = certificate ?? {}
  t.equal(thumbprint, Buffer.from(parsed.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'))
  // Not t.match: it finds any two dates alike.
  t.same(told, {
    subject: 'CN=localhost',
    issuer: 'CN=an intermediate',
    serialNumber: parsed.serialNumber,
    fingerprintSha256: parsed.fingerprint256,
    notBefore: parsed.validFromDate,
    notAfter: parsed.validToDate,
    chainEndsAt: new X509Certificate(intermediate.cert).validToDate,
  })
  t.match(bankAt(t, 'https://localhost:1', { tls: own }).certificate(), { chainEndsAt: null })
  t.equal(bankAt(t, 'http://localhost:1').certificate(), null)
})
