import type { FastifyReply, FastifyRequest } from 'fastify'
import { Secret } from '../../core/secret.ts'

/** Long enough to look at the result again, whatever the authorization's own end. */
const MAX_AGE_SECONDS = 7_200
const DIGEST_CHARACTERS = 16

/** The cookie that binds an attempt to its browser: one an attempt, so that two tabs do not disturb each other. */
export function setBindingCookie(
  reply: FastifyReply,
  { stateDigest, cookie }: { stateDigest: string; cookie: Secret },
  secure: boolean,
): void {
  reply.setCookie(cookieName(stateDigest, secure), cookie.reveal(), {
    path: '/',
    httpOnly: true,
    secure,
    // Lax, not strict: the browser comes back from the bank's site, and must bring it.
    sameSite: 'lax',
    maxAge: MAX_AGE_SECONDS,
  })
}

/** Reads the cookie of the attempt with this `state`. */
export function readBindingCookie(
  request: FastifyRequest,
  stateDigest: string,
  secure: boolean,
): Secret | null {
  const value = request.cookies[cookieName(stateDigest, secure)]
  return value === undefined ? null : new Secret(value)
}

/** `__Host-` keeps a sibling host from planting one (RFC 6265bis section 4.1.3); it needs HTTPS. */
function cookieName(stateDigest: string, secure: boolean): string {
  return `${secure ? '__Host-' : ''}tb-${stateDigest.slice(0, DIGEST_CHARACTERS)}`
}
