import fastifyCookie from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import { type App, buildApp, refuseOtherMethods } from '../app.ts'
import { limitAddresses } from '../limits/limit-addresses.ts'
import { answerErrorPage } from './answer-page.ts'
import { callbackRoute } from './callback-route.ts'
import { hasBindingCookie } from './cookie.ts'
import type { PublicOptions } from './options.ts'
import { startRoute } from './start-route.ts'

/** Builds the public listener: only what a customer's browser needs (DESIGN section 8). */
export async function buildPublicApp(options: PublicOptions): Promise<App> {
  const app = buildApp({
    log: options.log,
    schemas: [],
    exposeHeadRoutes: false,
    listener: 'public',
    bounds: options.bounds,
    reservesRoom: true,
    trustProxy: [...options.trustedProxies],
    // Of a malformed URL Fastify tells us without calling any hook.
    answerError: (error, request, reply) =>
      answerErrorPage(
        error,
        request,
        secureHeaders(reply, options.secure).header('x-request-id', request.id),
      ),
  })
  const refuseOthers = refuseOtherMethods(app)
  app.removeAllContentTypeParsers()
  app.decorateRequest('caller', null)
  await app.register(fastifyCookie)
  app.addHook('onSend', async (_request, reply) => void secureHeaders(reply, options.secure))
  const limitAddress = limitAddresses({
    ...options.bounds,
    isReturning: (request) => request.routeOptions.url === options.callbackPath && hasBindingCookie(request),
    onUntrustedProxy: () => options.log.warn(UNTRUSTED_PROXY),
  })
  app.addHook('onRequest', async (request) => limitAddress(request))
  startRoute(app, options)
  callbackRoute(app, options)
  refuseOthers()
  return app
}

const UNTRUSTED_PROXY =
  'X-Forwarded-For came from an address that PUBLIC_TRUSTED_PROXIES does not name: all customers who come that way count as one'

/** Pages carry no secret onwards: not in a referrer, not in a cache, not in a frame. */
function secureHeaders(reply: FastifyReply, secure: boolean): FastifyReply {
  return reply.headers({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  })
}
