/** Headers as a record, since some answers are written where no hook of Fastify, and so no plugin, is called. */
export type SecurityHeaders = Readonly<Record<string, string>>

/** What is answered is for whoever asked: in no cache, no frame, no other document, and of the type it says. */
export const API_HEADERS: SecurityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * The same for what customers' browsers see. The internal listener asks no browser to insist on HTTPS: that counts
 * for all ports of a host, and others may live on it.
 */
export function publicHeaders(secure: boolean): SecurityHeaders {
  return {
    ...API_HEADERS,
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
