import type { FastifyRequest } from 'fastify'
import { opaque, opaqueLength } from '../opaque.ts'

/** Tells which browser a request comes from, by its PF cookie. */
export function browserOf(request: FastifyRequest): string | undefined {
  const value = request.cookies.PF
  return value !== undefined && /^[\w-]{22}$/.test(value) ? value : undefined
}

/** Names a browser that is not known yet. */
export function newBrowser(): string {
  return opaque(opaqueLength.cookie)
}

/** Builds the PF cookie; `Secure` only over HTTPS, since some browsers drop it on plain loopback. */
export function browserCookie(browser: string, isHttps: boolean): string {
  return `PF=${browser};Path=/;${isHttps ? 'Secure;' : ''}HttpOnly`
}
