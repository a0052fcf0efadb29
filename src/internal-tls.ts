import type { Server, ServerOptions } from 'node:https'
import { assertInForce, assertUsableIdentity, describeCertificate, type TlsIdentity } from './bank/index.ts'
import type { CertificateHolder } from './certificate-watch.ts'
import { INTERNAL_WORDING } from './certificate-wording.ts'
import type { TlsSettings } from './config.ts'
import type { Clock } from './core/clock.ts'
import type { ListenerTls } from './http/listener-tls.ts'
import { readIdentity } from './identity-files.ts'

/** Who the internal listener is, and whose certificates it takes. */
export interface InternalTls extends ListenerTls, Pick<CertificateHolder, 'become'> {
  readonly files: TlsSettings
  /** As it was read for the start. */
  readonly identity: TlsIdentity
  /** Has a server follow when the files change; its connections stay as they are. */
  serve(server: Pick<Server, 'setSecureContext'>): void
}

/** TLS 1.3, and 1.2 with forward secrecy and authenticated encryption alone (RFC 9325 section 4.2). */
const PROTOCOL: ServerOptions = {
  minVersion: 'TLSv1.2',
  ciphers:
    'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
}
/** Whoever connects and says nothing is let go. */
const HANDSHAKE_TIMEOUT_MS = 10_000

const { names } = INTERNAL_WORDING

/** Reads the files of the internal listener; raises OperatorError for those that can't be used. */
export async function openInternalTls(files: TlsSettings, { now }: Pick<Clock, 'now'>): Promise<InternalTls> {
  const identity = await readIdentity(files, names)
  const servers: Pick<Server, 'setSecureContext'>[] = []
  let used = identity
  let certificate = describe(identity)
  let trustEpoch = 0

  function become(next: TlsIdentity): void {
    const described = describe(next)
    assertInForce(described, now(), names.cert)
    for (const server of servers) server.setSecureContext({ ...PROTOCOL, ...next })
    if (next.ca !== used.ca) trustEpoch += 1
    used = next
    certificate = described
  }

  return {
    files,
    identity,
    options: {
      ...PROTOCOL,
      ...identity,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      requestCert: files.caFile !== null,
      // Probes of orchestrators have no certificate: each request is judged instead (client-certificate.ts).
      rejectUnauthorized: false,
    },
    certificate: () => certificate,
    trustEpoch: () => trustEpoch,
    become,
    serve: (server) => void servers.push(server),
  }
}

function describe(identity: TlsIdentity) {
  assertUsableIdentity(identity, names)
  return describeCertificate(identity.cert ?? '')
}
