import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import type { Listener } from './limits/load-metrics.ts'
import type { MeteredRoute, RequestMeter } from './metrics/requests.ts'

/** Where no route of ours takes a request: an unknown path, a method that a path does not take, the documentation. */
const OTHER = 'other'

/** Measures every request by the pattern of its route; to be called before routes are added. */
export function measureRequests(app: App, listener: Listener, meter: RequestMeter): void {
  const served = new Map<string, MeteredRoute>()
  const other = { listener, method: OTHER, route: OTHER }

  function serve(method: string, route: string): void {
    const metered = { listener, method, route }
    served.set(`${method} ${route}`, metered)
    meter.routeServed(metered)
  }

  function answered(request: FastifyRequest, reply: FastifyReply): void {
    const route = served.get(`${request.method} ${request.routeOptions.url}`) ?? other
    meter.requestAnswered(route, reply.statusCode, reply.elapsedTime)
  }

  meter.routeServed(other)
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (schema !== undefined && 'hide' in schema && schema.hide === true) return
    for (const one of [method].flat()) serve(one, url)
  })
  app.addHook('onResponse', (request, reply, done) => {
    answered(request, reply)
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    // The client has left: no answer leaves, and so no other hook is called.
    if (reply.raw.destroyed) answered(request, reply)
    done()
  })
}
