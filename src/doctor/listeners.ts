import { createServer } from 'node:net'
import { INTERNAL_WORDING } from '../certificate-wording.ts'
import { openInternalTls } from '../internal-tls.ts'
import { judgeIdentity } from './certificates.ts'
import { type Finding, failure, ok } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'
import { whoListens } from './who-listens.ts'

/** The certificate of the internal listener. */
export async function checkInternalTls({ env, clock }: Surroundings): Promise<readonly Finding[]> {
  const files = need(
    env,
    'INTERNAL_TLS_CERT_FILE',
    'INTERNAL_TLS_KEY_FILE',
    'INTERNAL_TLS_KEY_PASSPHRASE_FILE',
    'INTERNAL_TLS_CLIENT_CA_FILE',
    'INTERNAL_TLS_RELOAD_EVERY',
    'INTERNAL_TLS_WARN_BEFORE',
  )
  if (files.INTERNAL_TLS_CERT_FILE === null) return [ok('The internal listener speaks plain HTTP.')]
  const settings = {
    certFile: files.INTERNAL_TLS_CERT_FILE,
    keyFile: files.INTERNAL_TLS_KEY_FILE,
    passphraseFile: files.INTERNAL_TLS_KEY_PASSPHRASE_FILE,
    caFile: files.INTERNAL_TLS_CLIENT_CA_FILE,
    reloadEveryMs: files.INTERNAL_TLS_RELOAD_EVERY,
    warnBeforeMs: files.INTERNAL_TLS_WARN_BEFORE,
  }
  const { identity } = await openInternalTls(settings, clock)
  const { names } = INTERNAL_WORDING
  return judgeIdentity(identity, { ...settings, names, now: clock.now(), isClient: false })
}

/** Whether the service could listen, or already does. */
export async function checkPorts({ env, timeoutMs }: Surroundings): Promise<readonly Finding[]> {
  const set = need(
    env,
    'INTERNAL_HOST',
    'INTERNAL_PORT',
    'INTERNAL_TLS_CERT_FILE',
    'PUBLIC_HOST',
    'PUBLIC_PORT',
  )
  const isTls = set.INTERNAL_TLS_CERT_FILE !== null
  return Promise.all([
    checkPort({ name: 'INTERNAL', host: set.INTERNAL_HOST, port: set.INTERNAL_PORT, isTls, timeoutMs }),
    checkPort({ name: 'PUBLIC', host: set.PUBLIC_HOST, port: set.PUBLIC_PORT, isTls: false, timeoutMs }),
  ])
}

interface Port {
  readonly name: 'INTERNAL' | 'PUBLIC'
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly timeoutMs: number
}

async function checkPort({ name, host, port, isTls, timeoutMs }: Port): Promise<Finding> {
  const where = `${name}_HOST and ${name}_PORT, ${host}:${port},`
  if (port === 0) return ok(`${name}_PORT is any free one.`)
  const refusal = await refusalToListen(host, port)
  if (refusal === null) return ok(`${where} are free.`)
  if (refusal !== 'EADDRINUSE') return failure(`Nothing can listen at ${where} (${refusal}): set others.`)
  const who = await whoListens({ host, port, isTls, timeoutMs: timeoutMs / 3 })
  return who === 'token-broker'
    ? ok(`${where} are those of a token-broker that runs; another one on this machine needs others.`)
    : failure(`${where} are taken by another program: end it, or set others.`)
}

/** Listens for a moment, to nobody; the code of what speaks against it, or null. */
function refusalToListen(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const server = createServer((socket) => socket.destroy())
  server.once('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => resolve(code))
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  return promise
}
