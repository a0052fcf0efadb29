import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { notFound } from '../problem.ts'
import { type Asset, readAssets } from './assets.ts'

/** Its own files and the API beside it, nothing else; what the API tells can't become markup (Trusted Types). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  // Kept, but asked for at each visit: after an upgrade nobody looks at an earlier page.
  'cache-control': 'no-cache',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
}

const PAGE = 'ops.html'

/** The status page at /ops. It holds no data: those it fetches from the API, with the key of whoever looks. */
export function opsRoutes(app: App): void {
  const assets = new Map(readAssets().map((asset) => [asset.name, asset]))
  const serve = (asset: Asset | undefined, request: FastifyRequest, reply: FastifyReply) => {
    if (asset === undefined) throw notFound()
    return send(asset, request, reply)
  }
  const page = assets.get(PAGE)
  assets.delete(PAGE)
  app.get('/ops', { schema: { hide: true } }, (request, reply) => serve(page, request, reply))
  // One route for all of them: the router would have to know each by every method, to refuse it.
  app.get<{ Params: { name: string } }>('/ops/:name', { schema: { hide: true } }, (request, reply) =>
    serve(assets.get(request.params.name), request, reply),
  )
  // The page names its files relative to /ops, so that it also works below a prefix of somebody's proxy.
  app.get('/ops/', { schema: { hide: true } }, (_request, reply) => reply.redirect('../ops', 308))
}

function send({ type, body, etag }: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({ ...HEADERS, etag })
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.includes(etag)) return reply.code(304).send()
  return reply.type(type).send(body)
}
