import type { FastifyReply, FastifyRequest } from 'fastify'
import { Secret } from '../../core/secret.ts'

/** Past the attempt's own end, so that the result can be looked at again. */
const LONGER_SECONDS = 7_200
const DIGEST_CHARACTERS = 16

interface BoundAttempt {
  readonly stateDigest: string
  readonly cookie: Secret
  readonly attemptMs: number
}

/** The cookie that binds an attempt to its browser: one an attempt, so that two tabs do not disturb each other. */
export function setBindingCookie(
  reply: FastifyReply,
  { stateDigest, cookie, attemptMs }: BoundAttempt,
  secure: boolean,
): void {
  reply.setCookie(cookieName(stateDigest, secure), cookie.reveal(), {
    path: '/',
    httpOnly: true,
    secure,
    // Lax, not strict: the browser comes back from the bank's site, and must bring it.
    sameSite: 'lax',
    maxAge: Math.ceil(attemptMs / 1000) + LONGER_SECONDS,
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

/** Tells whether the browser has set out for the bank of late. */
export function hasBindingCookie({ headers }: FastifyRequest): boolean {
  return /(?:^|;\s*)(?:__Host-)?tb-/.test(headers.cookie ?? '')
}

/** `__Host-` keeps a sibling host from planting one (RFC 6265bis section 4.1.3); it needs HTTPS. */
function cookieName(stateDigest: string, secure: boolean): string {
  return `${secure ? '__Host-' : ''}tb-${stateDigest.slice(0, DIGEST_CHARACTERS)}`
}
