import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { Answer } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import type { Parameters } from '../parameters.ts'
import { description, refused } from './token-answers.ts'

/** Refuses a request that is not the client's: another id, or a certificate that is not its own (ABNAMRO.md §1.4). */
export function refusedClient(
  { settings }: BankState,
  request: FastifyRequest,
  { client_id: clientId }: Parameters['values'],
): Answer | undefined {
  const isKnown = clientId === settings.clientId && hasCertificate(request, settings.clientCertificateSha256)
  return isKnown ? undefined : refused('invalid_client', description.client)
}

function hasCertificate({ raw: { socket } }: FastifyRequest, sha256: string | null): boolean {
  if (sha256 === null) return true
  // OpenSSL and Node write the fingerprint with colons between the bytes.
  const presented = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : undefined
  return presented !== undefined && plain(presented) === plain(sha256)
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}
