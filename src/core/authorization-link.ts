import type { ConsentRecord, NewAuthorization } from './consent-store.ts'
import { RequestError } from './errors.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { randomSecret, type Secret } from './secret.ts'

/** An authorization that has been started: where to send the customer, and until when. */
export interface Started {
  readonly record: ConsentRecord
  readonly authorizationUrl: string
  readonly authorizationExpiresAt: Date
}

/** Raises `invalid_request` unless the customer may be sent there: no open redirect (RFC 9700 section 4.11). */
export function assertReturnUrl({ returnUrlOrigins }: CoreSettings, returnUrl: string | null): void {
  if (returnUrl === null) return
  const url = URL.parse(returnUrl)
  // A `blob:` URL has the origin of the page that made it.
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !isWeb || !returnUrlOrigins.includes(url.origin)) {
    throw new RequestError('return_url', 'must be a URL of one of the origins in RETURN_URL_ORIGINS')
  }
  if (url.username !== '' || url.password !== '') {
    throw new RequestError('return_url', 'must not carry a user name or password')
  }
}

interface AuthorizationSeed {
  readonly consentId: string
  readonly kind: 'first' | 'renewal'
  readonly returnUrl: string | null
}

/** Makes a new start link: its ticket is kept as a digest only. */
export function newAuthorization(
  { clock, vault }: Pick<Ports, 'clock' | 'vault'>,
  settings: CoreSettings,
  seed: AuthorizationSeed,
): { authorization: NewAuthorization; ticket: Secret } {
  const ticket = randomSecret()
  const createdAt = clock.now()
  const authorization = {
    ...seed,
    id: crypto.randomUUID(),
    ticketDigest: vault.digest(ticket),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + settings.authorizationExpiresAfterMs),
  }
  return { authorization, ticket }
}

/** What the caller is told of it. */
export function startedOf(
  { publicUrl }: CoreSettings,
  parts: { record: ConsentRecord; authorization: NewAuthorization; ticket: Secret },
): Started {
  return {
    record: parts.record,
    authorizationUrl: `${publicUrl}/start/${parts.ticket.reveal()}`,
    authorizationExpiresAt: parts.authorization.expiresAt,
  }
}
