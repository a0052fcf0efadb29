import fastifyCookie from '@fastify/cookie'
import { type App, buildApp } from '../app.ts'
import { limitAddresses } from '../limits/limit-addresses.ts'
import { refuseOtherMethods } from '../methods.ts'
import { publicHeaders } from '../security-headers.ts'
import { answerErrorPage } from './answer-page.ts'
import { callbackRoute } from './callback-route.ts'
import { hasBindingCookie } from './cookie.ts'
import type { PublicOptions } from './options.ts'
import { startRoute } from './start-route.ts'

/** Builds the public listener: only what a customer's browser needs (DESIGN section 8). */
export async function buildPublicApp(options: PublicOptions): Promise<App> {
  const limit = limitAddresses({
    ...options.bounds,
    isReturning: (request) => request.routeOptions.url === options.callbackPath && hasBindingCookie(request),
    onUntrustedProxy: () => options.log.warn(UNTRUSTED_PROXY),
  })
  const app = buildApp({
    log: options.log,
    schemas: [],
    exposeHeadRoutes: false,
    listener: 'public',
    bounds: options.bounds,
    tracer: options.tracer,
    reservesRoom: true,
    trustProxy: [...options.trustedProxies],
    headers: publicHeaders(options.secure),
    https: null,
    admit: limit,
    answerError: answerErrorPage,
  })
  const refuseOthers = refuseOtherMethods(app)
  app.removeAllContentTypeParsers()
  app.decorateRequest('caller', null)
  await app.register(fastifyCookie)
  startRoute(app, options)
  callbackRoute(app, options)
  refuseOthers()
  return app
}

const UNTRUSTED_PROXY =
  'X-Forwarded-For came from an address that PUBLIC_TRUSTED_PROXIES does not name: all customers who come that way count as one'
