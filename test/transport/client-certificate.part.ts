import { createPrivateKey } from 'node:crypto'
import type { Server } from 'node:https'
import type { TlsIdentity } from '../../src/bank/index.ts'
import { openInternalTls } from '../../src/internal-tls.ts'
import { makeCertificate } from '../bank/support/certificates.ts'
import { DOCUMENT } from '../support/contract.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { createIdentityFiles } from '../tls/support/files.ts'
import {
  ca,
  caller,
  clients,
  listen,
  listener,
  servers,
  settingsOf,
  strangers,
  WHOLE,
} from './support/listener.ts'
import { requestOf } from './support/raw-http.ts'
import { createTlsClient, handshake, sendRaw } from './support/tls-client.ts'

const DAY_MS = 86_400_000
const REQUIRED = 'client_certificate_required'

const PROBES = ['GET /livez', 'HEAD /livez', 'GET /readyz', 'HEAD /readyz']
const UNDOCUMENTED = ['GET /docs', 'GET /docs/json', 'GET /docs/static/index.html', 'GET /nothing']
const ALMOST_PROBES = ['POST /livez', 'GET /livez/', 'HEAD /metrics']

/** Every route there is but the probes'. */
function routes(): string[] {
  const documented = Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('{id}', 'x')}`),
  )
  return [...documented, ...UNDOCUMENTED, ...ALMOST_PROBES].filter((route) => !PROBES.includes(route))
}

t.test('without a certificate nothing is answered but probes', async (t) => {
  const { url } = await listen(t)
  const { ask } = createTlsClient(t, { ca })
  t.ok(routes().length > 20)
  for (const route of routes()) {
    const { status, headers, text } = await ask(url, route)
    t.match([status, headers.connection], [403, 'close'], route)
    if (!route.startsWith('HEAD')) t.match(text, `"code":"${REQUIRED}"`, route)
  }
  for (const route of PROBES) t.equal((await ask(url, route)).status, 200, route)
  const { status, text } = await ask(url, 'GET /livez?x')
  t.match([status, JSON.parse(text).code], [400, 'invalid_request'], 'a probe that asks too much')
})

t.test('nor with one that is not trusted', async (t) => {
  const { url } = await listen(t)
  const SHOWN = {
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: await makeCertificate(strangers),
    CERT_HAS_EXPIRED: await makeCertificate(clients, { expired: true }),
    CERT_NOT_YET_VALID: await makeCertificate(clients, { fromDays: 1, untilDays: 2 }),
  }
  for (const [reason, own] of Object.entries(SHOWN)) {
    const { ask } = createTlsClient(t, { ca, own })
    const { status, text } = await ask(url, 'GET /metrics')
    const detail = `The client certificate of this connection is not accepted (${reason}).`
    t.match([status, JSON.parse(text)], [403, { code: REQUIRED, detail }])
    t.equal((await ask(url, 'GET /livez')).status, 200)
  }
  const listeners = createTlsClient(t, { ca, own: await makeCertificate(servers) })
  t.equal((await listeners.ask(url, 'GET /metrics')).status, 403, "nor of the listener's own authority")
  const trusted = createTlsClient(t, { ca, own: caller })
  t.equal((await trusted.ask(url, 'GET /metrics')).status, 200)
  t.equal((await trusted.ask(url, 'GET /nothing')).status, 404)
  t.equal((await trusted.ask(url, 'GET /v1/status')).status, 401, 'who the caller is, the key says')
})

t.test('a resumed session is no certificate', async (t) => {
  const { url } = await listen(t)
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    let session: Buffer | undefined
    const ask = async () => {
      const socket = await handshake(t, url, {
        ca,
        maxVersion,
        ...(session === undefined ? {} : { session }),
      })
      // TLS 1.3 gives tickets after the handshake.
      session = socket.getSession()
      socket.on('session', (given) => {
        session = given
      })
      return [
        socket.isSessionReused(),
        await sendRaw(socket, 'GET /metrics HTTP/1.1\r\nHost: broker\r\n\r\n'),
      ]
    }
    t.match(await ask(), [false, /^HTTP\/1.1 403 /], maxVersion)
    t.match(await ask(), [true, /^HTTP\/1.1 403 /], `${maxVersion}, resumed`)
  }
})

t.test('a session of a client that is trusted no more is not resumed', async (t) => {
  const stranger = await makeCertificate(strangers)
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const { url, app, tls } = await listen(t, {}, { ca: `${clients.cert}\n${strangers.cert}` })
    tls.serve(app.server as Server)
    let session: Buffer | undefined
    const ask = async () => {
      const own = { ca, maxVersion, cert: stranger.cert, key: stranger.key }
      const socket = await handshake(t, url, session === undefined ? own : { ...own, session })
      session = socket.getSession()
      socket.on('session', (given) => {
        session = given
      })
      const isResumed = socket.isSessionReused()
      const answer = await sendRaw(socket, requestOf('GET /metrics'))
      return [isResumed, answer.slice(9, 12)]
    }
    t.strictSame(await ask(), [false, '200'], maxVersion)
    t.strictSame(await ask(), [true, '200'], `${maxVersion}, resumed with its certificate`)
    tls.become(WHOLE)
    t.strictSame(await ask(), [false, '403'], `${maxVersion}, once it is trusted no more`)
  }
})

t.test('a certificate that ends while its connection is open is refused from then on', async (t) => {
  const { url, clock } = await listen(t)
  const { ask } = createTlsClient(t, { ca, own: caller })
  t.equal((await ask(url, 'GET /metrics')).status, 200)
  clock.at = new Date(Date.now() + 2 * DAY_MS)
  const { status, text } = await ask(url, 'GET /metrics')
  t.match([status, JSON.parse(text)], [403, { code: REQUIRED, detail: /\(CERT_HAS_EXPIRED\)\.$/ }])
})

t.test('TLS 1.2 with forward secrecy and 1.3, HTTP/1.1, and nothing else', async (t) => {
  const { url, app } = await listen(t, { caFile: null })
  const good = { ca, ALPNProtocols: ['http/1.1'] }
  const old = { ...good, ciphers: 'DEFAULT@SECLEVEL=0' }
  t.equal((await handshake(t, url, { ca })).getProtocol(), 'TLSv1.3')
  const twelve = await handshake(t, url, { ...good, maxVersion: 'TLSv1.2' })
  t.equal(twelve.getProtocol(), 'TLSv1.2')
  t.match(twelve.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/)
  t.equal(twelve.alpnProtocol, 'http/1.1')
  const REFUSED = {
    'TLS 1.1': { ...old, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' },
    'TLS 1.0': { ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1' },
    'no authenticated encryption': { ...good, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
    'HTTP/2 alone': { ca, ALPNProtocols: ['h2'] },
  } as const
  for (const [what, options] of Object.entries(REFUSED)) await t.rejects(handshake(t, url, options), what)
  await t.rejects(handshake(t, url, { ca: strangers.cert }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  const answer = await sendRaw(await handshake(t, url, { ca }), 'nonsense\r\n\r\n')
  t.match(answer, /^HTTP\/1.1 400 .*"code":"invalid_request"/s, 'what is no HTTP gets its problem document')
  const { ask } = createTlsClient(t, { ca })
  t.equal((await ask(url, 'GET /metrics')).status, 200, 'no client certificate is asked for')
  await waitFor('each end of a connection to be seen', () => app.sockets.size <= 4)
})

t.test('files that cannot be used stop the start, with the name of the setting', async (t) => {
  const encrypted = createPrivateKey(listener.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'swordfish',
  }) as string
  const BAD: readonly (readonly [what: string, change: TlsIdentity, more: object, message: RegExp])[] = [
    ['no certificate', { cert: '' }, {}, /^INTERNAL_TLS_CERT_FILE holds no certificate that can be used\.$/],
    ['no key', { key: listener.cert }, {}, /^INTERNAL_TLS_KEY_FILE holds no private key/],
    [
      'another key',
      { key: caller.key },
      {},
      /^INTERNAL_TLS_CERT_FILE and INTERNAL_TLS_KEY_FILE cannot be used tog/,
    ],
    ['no CA', { ca: 'x' }, {}, /^INTERNAL_TLS_CLIENT_CA_FILE holds no certificates that can be used/],
    [
      'no passphrase',
      { key: encrypted },
      {},
      /^INTERNAL_TLS_KEY_FILE is encrypted, and INTERNAL_TLS_KEY_PASS/,
    ],
    ['no file', {}, { keyFile: '/nowhere' }, /^INTERNAL_TLS_KEY_FILE cannot be read \(ENOENT\)\.$/],
  ]
  const clock = { now: () => new Date() }
  const folder = t.testdir({})
  for (const [index, [what, change, more, message]] of BAD.entries()) {
    const files = createIdentityFiles(`${folder}/${index}`, { ...WHOLE, ...change })
    const opening = openInternalTls(settingsOf(files, more), clock)
    await t.rejects(opening, { code: 'settings_invalid', message }, what)
  }
  const files = createIdentityFiles(`${folder}/good`, { ...WHOLE, key: encrypted, passphrase: 'swordfish\n' })
  await t.resolves(openInternalTls(settingsOf(files, { passphraseFile: files.path('passphrase') }), clock))
})
