import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { readConnection } from '../../src/cli/connection.ts'
import { makeAuthority, makeCertificate } from '../bank/support/certificates.ts'
import { KEYS } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { run } from './run.ts'
import { cliWorld } from './world.ts'

const KEY = 'caller-key-0f3c'
const LOCAL = { TOKEN_BROKER_KEY: KEY }
const folder = t.testdir({})
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

t.test('the key comes from a file or a variable, and is sent to nobody else in the clear', async (t) => {
  const keyFile = await file('key', ` ${KEY}\n`)
  t.equal(readConnection({ TOKEN_BROKER_KEY_FILE: keyFile }).key.reveal(), KEY)
  t.equal(readConnection(LOCAL).url, 'http://127.0.0.1:8080')
  t.equal(readConnection({ ...LOCAL, TOKEN_BROKER_URL: 'http://[::1]:9/' }).url, 'http://[::1]:9')
  t.equal(readConnection({ ...LOCAL, TOKEN_BROKER_URL: 'https://b.example/x/' }).url, 'https://b.example/x')
  const wrong: readonly (readonly [env: Record<string, string>, sentence: RegExp])[] = [
    [{}, /^TOKEN_BROKER_KEY_FILE is missing/],
    [{ TOKEN_BROKER_KEY: ' ' }, /^TOKEN_BROKER_KEY_FILE is missing/],
    [{ ...LOCAL, TOKEN_BROKER_KEY_FILE: keyFile }, /are both set/],
    [{ TOKEN_BROKER_KEY_FILE: '/nowhere/key' }, /\/nowhere\/key cannot be read \(ENOENT\)/],
    [{ TOKEN_BROKER_KEY: `${KEY}\r\nx-other: 1` }, /^TOKEN_BROKER_KEY holds no key/],
    [{ ...LOCAL, TOKEN_BROKER_URL: 'http://broker.example:8080' }, /plain http to another machine/],
    [{ ...LOCAL, TOKEN_BROKER_URL: 'http://127.0.0.1.example' }, /plain http to another machine/],
    [{ ...LOCAL, TOKEN_BROKER_URL: 'ftp://127.0.0.1' }, /must be an https URL/],
    [{ ...LOCAL, TOKEN_BROKER_URL: 'https://me:pw@b.example' }, /must have no user name/],
    [{ ...LOCAL, TOKEN_BROKER_CERT_FILE: keyFile }, /belong together/],
  ]
  for (const [env, sentence] of wrong) {
    const { exit, out, err } = await run(['status'], { env })
    t.match({ exit, out, err }, { exit: 2, out: '', err: sentence })
    t.notMatch(err, KEY)
  }
})

t.test('what cannot be reached, or is no broker, is told with what to look at', async (t) => {
  const stranger = createServer((request, response) => {
    if (request.url === '/v1/status') response.setHeader('content-type', 'text/html\u0080').end('<p>Hello')
    else request.socket.destroy()
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  t.teardown(() => stranger.close())
  const { port } = stranger.address() as { port: number }
  const at = (url: string, line = 'status') =>
    run(line.split(' '), { env: { ...LOCAL, TOKEN_BROKER_URL: url } })
  const cases: readonly (readonly [Promise<{ err: string }>, RegExp])[] = [
    [at('http://127.0.0.1:1'), /^http:\/\/127\.0\.0\.1:1: nothing listens there\..*\(ECONNREFUSED\)\.\n$/],
    [at('https://no-such-host.invalid'), /its name cannot be resolved\./],
    [at(`https://127.0.0.1:${port}`), /it speaks no TLS there\./],
    [at(`http://127.0.0.1:${port}`), /is not token-broker: status 200, text\/html.*\\u\{80\}\.\n$/],
    [
      at(`http://127.0.0.1:${port}`, 'resume'),
      /closed the connection without an answer\..*may have been done/,
    ],
  ]
  for (const [asked, sentence] of cases) t.match(await asked, { exit: 1, out: '', err: sentence })
})

t.test('a broker that speaks TLS, and asks for a client certificate', async (t) => {
  const { world } = await cliWorld()
  const authority = await makeAuthority('broker')
  const [server, client] = await Promise.all([makeCertificate(authority), makeCertificate(authority)])
  const ca = await file('ca.pem', authority.cert)
  const [cert, key] = [await file('client.pem', client.cert), await file('client-key.pem', client.key)]
  const serverKey = await file('server-key.pem', server.key)
  await chmod(serverKey, 0o600)
  const broker = await world.startBroker({
    PUBLIC_PORT: '0',
    INTERNAL_TLS_CERT_FILE: await file('server.pem', server.cert),
    INTERNAL_TLS_KEY_FILE: serverKey,
    INTERNAL_TLS_CLIENT_CA_FILE: ca,
  })
  const { port } = new URL(broker.internalUrl)
  const env = { TOKEN_BROKER_URL: `https://localhost:${port}`, TOKEN_BROKER_KEY: KEYS.ops }
  const trusting = { ...env, TOKEN_BROKER_CA_FILE: ca }
  const shown = { ...trusting, TOKEN_BROKER_CERT_FILE: cert, TOKEN_BROKER_CERT_KEY_FILE: key }
  t.match(await run(['status'], { env: shown }), { exit: 1, out: /ends in 0 days\.\n$/, err: '' })
  t.match(await run(['status'], { env: trusting }), {
    exit: 1,
    out: '',
    err: /Set TOKEN_BROKER_CERT_FILE and /,
  })
  t.match(await run(['status'], { env }), {
    exit: 1,
    err: /of no known authority\. Name that in TOKEN_BROKER_CA_FILE/,
  })
  const plain = { ...env, TOKEN_BROKER_URL: `http://127.0.0.1:${port}` }
  t.match(await run(['status'], { env: plain }), {
    exit: 1,
    err: /Where it speaks TLS, TOKEN_BROKER_URL begins/,
  })
})
