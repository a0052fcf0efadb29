import { createSecureContext, type SecureVersion } from 'node:tls'
import { makeAuthority, makeCertificate, type Pem } from '../../bank/support/certificates.ts'
import { createWorld, type TestBroker, type World } from '../../support/broker.ts'
import type { createIdentityFiles } from './files.ts'

type Test = Parameters<typeof createWorld>[0]

export interface MutualWorld extends World {
  /** What the bank trusts at first, from its swap on, and never. */
  readonly former: Pem
  readonly next: Pem
  readonly foreign: Pem
  /** What the broker trusts the bank by. */
  readonly bankCa: string
  /** The bank swaps: from here on handshakes with the former certificate fail. */
  trustOnly(ca: Pem): void
  startMutual(
    files: ReturnType<typeof createIdentityFiles>,
    env?: Record<string, string>,
  ): Promise<TestBroker>
}

/** A world whose bank asks for a client certificate, over one version of TLS. */
export async function createMutualWorld(t: Test, version: SecureVersion): Promise<MutualWorld> {
  const [former, next, foreign] = await Promise.all(
    ['former', 'next', 'foreign'].map((name) => makeAuthority(name)),
  )
  if (former === undefined || next === undefined || foreign === undefined) throw new Error('no authorities')
  const server = { ...(await makeCertificate(next)), minVersion: version, maxVersion: version }
  const trusting = (...cas: Pem[]) => createSecureContext({ ...server, ca: cas.map(({ cert }) => cert) })
  let context = trusting(former, next)
  const https = {
    ...server,
    requestCert: true,
    rejectUnauthorized: true,
    // Asked at each handshake with `localhost`: a server that swaps what it trusts while it runs.
    SNICallback: (_: string, done: (error: null, chosen: typeof context) => void) => done(null, context),
  }
  const world = await createWorld(t, { bank: { https, latencyMs: 30 } })
  const base = `https://localhost:${new URL(world.bankUrl).port}`
  const endpoints = {
    BANK_TOKEN_ENDPOINT: `${base}/as/token.oauth2`,
    BANK_API_BASE_URL: `${base}/v1`,
    BANK_TLS_RELOAD_EVERY: '20ms',
    BANK_TIMEOUT: '2s',
  }
  return {
    ...world,
    former,
    next,
    foreign,
    bankCa: next.cert,
    trustOnly: (ca) => {
      context = trusting(ca)
    },
    startMutual: (files, env = {}) => world.startBroker({ ...endpoints, ...files.env, ...env }),
  }
}
