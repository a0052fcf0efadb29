import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { setGlobalDispatcher } from 'undici'
import { makeCertificate } from '../bank/support/certificates.ts'
import { call } from '../support/api.ts'
import { SCOPES } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActive } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { createIdentityFiles } from '../tls/support/files.ts'
import { ca, caller, clients, listener, servers, strangers, WHOLE } from './support/listener.ts'
import { createTlsClient, handshake } from './support/tls-client.ts'

const next = await makeCertificate(servers, { untilDays: 90 })

t.test('the whole API over TLS, by a caller with a certificate', async (t) => {
  const files = createIdentityFiles(t.testdir({}), WHOLE)
  const { bank, startBroker } = await createWorld(t, {
    env: {
      INTERNAL_TLS_CERT_FILE: files.path('cert'),
      INTERNAL_TLS_KEY_FILE: files.path('key'),
      INTERNAL_TLS_CLIENT_CA_FILE: files.path('ca'),
      INTERNAL_TLS_RELOAD_EVERY: '5ms',
    },
  })
  const broker = await startBroker()
  const { internalUrl } = broker
  const client = createTlsClient(t, { ca, own: caller, connections: 8 })
  setGlobalDispatcher(client.agent)
  const lines = () => broker.logged.map((line) => JSON.parse(line))
  const said = (pattern: RegExp) => lines().filter(({ msg }) => pattern.test(msg))
  const shownTo = async () => {
    const socket = await handshake(t, internalUrl, { ca })
    const shown = socket.getPeerX509Certificate()
    socket.destroy()
    return shown?.fingerprint256
  }

  t.match(internalUrl, /^https:/)
  const { id } = await importActive(broker, bank)
  t.match(await getToken(broker, id), { status: 200, body: { access_token: String } })
  const started = await call(broker, 'POST /v1/consents', { body: { scopes: SCOPES } })
  t.equal(started.status, 201)
  const { fingerprint256 } = new X509Certificate(listener.cert)
  const status = async () => (await call(broker, 'GET /v1/status', { as: 'ops' })).body.internal_certificate
  t.match(await status(), { fingerprint_sha256: fingerprint256, days_left: 0, subject: 'CN=localhost' })
  t.match(said(/internal listener ends within a day/), [
    { level: 'error', fingerprintSha256: fingerprint256 },
  ])
  const metric = async () =>
    /^token_broker_internal_certificate_expiry_timestamp_seconds (\S+)/m.exec(
      (await call(broker, 'GET /metrics')).text,
    )?.[1]
  const endOf = ({ cert }: { cert: string }) => new X509Certificate(cert).validToDate.getTime() / 1000
  t.equal(Number(await metric()), endOf(listener))

  t.test('files that change under load are used, and no request fails', async (t) => {
    const others = await Promise.all([30, 60, 90].map((untilDays) => makeCertificate(servers, { untilDays })))
    const anew = createTlsClient(t, { ca, own: caller })
    const counts = { kept: 0, made: 0, closed: 0 }
    let ended = false
    const load = async (name: 'kept' | 'made', headers: Record<string, string>) => {
      while (!ended) {
        const asked = name === 'kept' ? client : anew
        const answer = await asked.ask(internalUrl, `GET /v1/consents/${id}`, headers)
        if (answer.status !== 401) throw new Error(`${answer.status} ${answer.text}`)
        if (answer.headers.connection === 'close') counts.closed += 1
        counts[name] += 1
      }
    }
    const running = [load('kept', {}), load('kept', {}), load('made', { connection: 'close' })]
    for (const [index, other] of others.entries()) {
      files.swap({ ...other, ca: `${clients.cert}\n${index === 1 ? strangers.cert : ''}` })
      const { fingerprint256 } = new X509Certificate(other.cert)
      await waitFor('the next certificate', async () => (await shownTo()) === fingerprint256)
      const before = { ...counts }
      await waitFor(
        'requests after it',
        () => counts.kept > before.kept + 20 && counts.made > before.made + 3,
      )
    }
    ended = true
    await Promise.all(running)
    t.ok(counts.closed > counts.made, 'connections made when others were trusted are let go after an answer')
    const used = said(/files of the internal listener have changed/).map((line) => line.fingerprintSha256)
    t.strictSame(
      [...new Set(used)].slice(-3),
      others.map(({ cert }) => new X509Certificate(cert).fingerprint256),
    )
    t.equal(Number(await metric()), endOf(others[2] ?? listener))
    files.swap({ ...next, ca: clients.cert })
    await waitFor('the last', async () => (await shownTo()) === new X509Certificate(next.cert).fingerprint256)
  })

  t.test('files that cannot be used are told, and the former go on', async (t) => {
    const { fingerprint256 } = new X509Certificate(next.cert)
    const refused = async (reason: RegExp, change: () => void) => {
      change()
      const reasons = () => said(/cannot be used: the former go on/).map((line) => line.reason)
      await waitFor(`a warning of ${reason}`, () => reason.test(reasons().at(-1) ?? ''))
      t.equal(await shownTo(), fingerprint256)
      t.equal((await client.ask(internalUrl, 'GET /openapi.json')).status, 200)
    }
    const expired = await makeCertificate(servers, { expired: true })
    await refused(/^INTERNAL_TLS_CERT_FILE and INTERNAL_TLS_KEY_FILE cannot be used together/, () =>
      files.write('key', listener.key),
    )
    await refused(/^INTERNAL_TLS_CERT_FILE holds no certificate/, () => files.write('cert', 'cut off'))
    await refused(/^INTERNAL_TLS_CERT_FILE holds a certificate that has expired/, () =>
      files.swap({ ...expired, ca: clients.cert }),
    )
    await refused(/^INTERNAL_TLS_CLIENT_CA_FILE holds no certificates/, () => files.swap({ ...next, ca: '' }))
    t.notMatch(broker.logged.join(''), /PRIVATE KEY/)
    files.swap({ ...next, ca: clients.cert })
  })

  t.test('plain HTTP there ends at once, and is seen in the log', async (t) => {
    const { port } = new URL(internalUrl)
    const socket = connectTcp(Number(port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk)).write('GET /livez HTTP/1.1\r\nHost: broker\r\n\r\n')
    await once(socket, 'close')
    t.notMatch(answer, 'HTTP/')
    const ofPlainHttp = () =>
      said(/TLS handshake came to nothing/).find(({ code }) => code === 'ERR_SSL_HTTP_REQUEST')
    t.match(await waitFor('a line', ofPlainHttp), { level: 'debug' })
    t.equal((await client.ask(internalUrl, 'GET /livez')).status, 200)
  })

  t.test('a stop waits for what is due, and for no handshake', async (t) => {
    const grant = { endpoint: 'token', grantType: 'client_credentials' } as const
    const delay = bank.faults.add({ ...grant, action: { kind: 'delay', delayMs: 700 } })
    const silent = [
      connectTcp(Number(new URL(internalUrl).port), '127.0.0.1')
        .on('error', () => {})
        .resume(),
    ]
    silent.push(await handshake(t, internalUrl, { ca }))
    const half = await handshake(t, internalUrl, { ca })
    half.write('POST /v1/consents HTTP/1.1\r\nHost: broker\r\nContent-Length: 9\r\n\r\n{')
    const asking = call(broker, 'POST /v1/client-tokens', { body: { scope: 'psd2:payment:sepa:write' } })
    await waitFor('the bank to be asked', () => delay.struck === 1)
    const begun = performance.now()
    const stopping = broker.stop()
    t.equal((await asking).status, 200)
    await stopping
    t.ok(performance.now() - begun < 5_000, `stopped in ${Math.round(performance.now() - begun)} ms`)
    await waitFor('all to be cut off', () => [...silent, half].every(({ destroyed }) => destroyed))
  })
})
