import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { systemClock } from '../../src/clock.ts'
import { attempt } from '../../src/doctor/attempt.ts'
import { checkBank } from '../../src/doctor/bank.ts'
import { checkCallerKeys } from '../../src/doctor/callers.ts'
import { checkFiles } from '../../src/doctor/files.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { checkInternalTls, checkPorts } from '../../src/doctor/listeners.ts'
import { makeAuthority, makeCertificate } from '../bank/support/certificates.ts'
import { t } from '../support/parts.ts'
import { badOf, told } from './told.ts'

type Env = Readonly<Record<string, string>>

const folder = t.testdir({ open: '', ring: '' })
const surroundings = (env: Env) => ({ env, clock: systemClock, timeoutMs: 3_000 })
const linesOf = (findings: readonly Finding[]) => findings.map(({ level, message }) => `${level} ${message}`)

/** Serves one answer to all that is asked. */
async function serve(status: number, body: object): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

/** Writes a certificate and its key; gives the settings that name them. */
async function filesOf(prefix: string, { cert, key }: { cert: string; key: string }): Promise<Env> {
  const [certFile, keyFile] = [join(folder, `${prefix}.pem`), join(folder, `${prefix}-key.pem`)]
  await writeFile(certFile, cert)
  await writeFile(keyFile, key, { mode: 0o600 })
  return { [`${prefix}_CERT_FILE`]: certFile, [`${prefix}_KEY_FILE`]: keyFile }
}

t.test('a check that never ends is told of', async (t) => {
  const late = await attempt('x', { clock: systemClock, timeoutMs: 20 }, () => new Promise(() => {}))
  told(t, badOf([late]), [/^failure x: It did not end within 0\.02 s\.$/])
})

t.test('a bank in trouble, and certificates that it would not take', async (t) => {
  const url = await serve(503, {})
  const env = { BANK_TOKEN_ENDPOINT: `${url}/token`, BANK_API_BASE_URL: url }
  const bad = async (pem: { cert: string; key: string } | null) =>
    badOf(await checkBank(surroundings({ ...env, ...(pem && (await filesOf('BANK_TLS', pem))) })))
  const troubled = [/^warning token endpoint: .* answers 503/, /^warning bank API: .* answers 503/]
  told(t, await bad(null), troubled)
  const authority = await makeAuthority('bank')
  told(t, await bad(await makeCertificate(authority, { fromDays: 1, untilDays: 60 })), [
    /^failure client certificate: .* is not valid before .*: use the former until then\.$/,
    ...troubled,
  ])
  const made = await generate([{ name: 'commonName', value: 'server only' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'extKeyUsage', serverAuth: true }],
    notAfterDate: new Date(Date.now() + 60 * 86_400_000),
  })
  told(t, await bad({ cert: made.cert, key: made.private }), [
    /^warning client certificate: .*clientAuth/,
    ...troubled,
  ])
})

t.test('the certificate of the internal listener', async (t) => {
  const authority = await makeAuthority('internal')
  const found = async (days: number) => {
    const pem = await makeCertificate(authority, { untilDays: days })
    return linesOf(await checkInternalTls(surroundings(await filesOf('INTERNAL_TLS', pem))))
  }
  told(t, await found(30), [/^ok .* is good until /])
  told(t, await found(3), [/^warning .* in 2 days: order the next\.$/])
  told(t, linesOf(await checkInternalTls(surroundings({}))), [/^ok .* plain HTTP/])
})

t.test('each file with secrets that is open, an address that is not ours, and keys of callers', async (t) => {
  const path = join(folder, 'open')
  await chmod(path, 0o644)
  const names = ['ENCRYPTION_KEYS_FILE', 'BANK_TLS_KEY_FILE', 'BANK_TLS_KEY_PASSPHRASE_FILE']
  names.push('INTERNAL_TLS_KEY_FILE', 'INTERNAL_TLS_KEY_PASSPHRASE_FILE', 'WEBHOOKS_FILE')
  const open = await checkFiles(surroundings(Object.fromEntries(names.map((name) => [name, path]))))
  told(
    t,
    linesOf(open),
    names.map((name) => new RegExp(`^warning ${name} is open`)),
  )

  const port = new URL(await serve(200, {})).port
  const ports = {
    INTERNAL_HOST: '192.0.2.1',
    INTERNAL_PORT: '8080',
    PUBLIC_HOST: '0.0.0.0',
    PUBLIC_PORT: port,
  }
  told(t, linesOf(await checkPorts(surroundings(ports))), [
    /^failure Nothing can listen at INTERNAL_HOST .* \(EADDRNOTAVAIL\): set others\.$/,
    /^failure PUBLIC_HOST and PUBLIC_PORT, .* are taken by another program/,
  ])

  const keys = async (more: Env) => linesOf(await checkCallerKeys(surroundings(more)))
  told(t, await keys({ CALLER_JWKS_URL: `${await serve(200, { keys: [] })}/jwks` }), [
    /^warning .* no keys: no JWT/,
  ])
  told(t, await keys({ CALLER_JWKS_URL: `${await serve(500, {})}/jwks` }), [
    /^warning .* \(no 200 with JSON\)/,
  ])
  told(t, await keys({}), [/^ok No JWTs are taken/])
  await writeFile(path, '{}')
  await t.rejects(keys({ CALLER_JWKS_FILE: path }), { message: /CALLER_JWKS_FILE/ })
})
