import type { Broker } from '../../src/core/broker.ts'
import type { App } from '../../src/http/app.ts'
import { buildInternalApp } from '../../src/http/internal/app.ts'
import { INERT_PARTS } from '../../src/http/internal/document.ts'
import { buildPublicApp } from '../../src/http/public/app.ts'
import { DOCUMENT } from '../support/contract.ts'
import { t } from '../support/parts.ts'

const app = await buildInternalApp(INERT_PARTS)
t.teardown(() => app.close())
await app.ready()

/** What the router has beside the document: the Swagger UI and its files, which tell nothing but the document. */
const OF_SWAGGER_UI = [
  '/docs',
  '/docs/',
  '/docs/*',
  '/docs/json',
  '/docs/static/index.html',
  '/docs/static/swagger-initializer.js',
  '/docs/static/theme/token-broker.css',
  '/docs/yaml',
]

/** And the status page with its files, which hold no data. */
const OF_OPS = ['/ops', '/ops/', '/ops/{name}']

/** Every path of the router, in the form of the document. */
function pathsOf(app: Pick<App, 'printRoutes'>): string[] {
  const paths: string[] = []
  const parents: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).trimEnd().split('\n')) {
    const [, indent = '', part = ''] = /^([│\s]*)[├└]── (\S+)/.exec(line) ?? []
    const depth = indent.length / 4
    parents.length = depth
    parents[depth] = `${parents[depth - 1] ?? ''}${part}`
    paths.push((parents[depth] ?? '').replaceAll(/:(\w+)/g, '{$1}'))
  }
  return paths
}

t.test('the document has every route, and no other', async (t) => {
  t.same(pathsOf(app).sort(), [...Object.keys(DOCUMENT.paths), ...OF_SWAGGER_UI, ...OF_OPS].sort())
  for (const [path, operations] of Object.entries(DOCUMENT.paths)) {
    const { headers } = await app.inject({ method: 'TRACE', url: path.replace('{id}', 'x') })
    const taken = String(headers.allow).toLowerCase().split(', ')
    t.same(taken.filter((method) => method !== 'head').sort(), Object.keys(operations).sort(), path)
  }
})

t.test('the public listener has two paths', async (t) => {
  const { log, bounds } = INERT_PARTS
  const inert = { broker: {} as Broker, log, bounds, callbackPath: '/back', secure: true, trustedProxies: [] }
  const open = await buildPublicApp(inert)
  t.teardown(() => open.close())
  await open.ready()
  t.same(pathsOf(open).sort(), ['/back', '/start/{ticket}'])
})

t.test('/openapi.json and the Swagger UI show the committed document', async (t) => {
  for (const url of ['/openapi.json', '/docs/json']) t.same((await app.inject(url)).json(), DOCUMENT, url)
})

t.test('the Swagger UI needs nothing from elsewhere', async (t) => {
  const page = await app.inject('/docs')
  t.equal(page.statusCode, 200)
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, /default-src 'none'.*connect-src 'self'.*script-src 'self';/)
  t.notMatch(policy, /https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/)
  t.notMatch(page.body, /(src|href)="(https?:)?\/\//, 'no other host')
  t.notMatch(page.body, /<script(?![^>]*src=)/, 'no script in the page, which the policy would refuse')
  const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url)
  t.ok(parts.length >= 6)
  for (const url of parts) {
    const part = await app.inject(url)
    t.equal(part.statusCode, 200, url)
    t.ok(part.rawPayload.length > 0, url)
  }
})

t.test('the Swagger UI keeps the key, lets every call be tried, and asks no validator', async (t) => {
  const { body } = await app.inject('/docs/static/swagger-initializer.js')
  t.match(body, '"persistAuthorization":false')
  t.match(body, '"tryItOutEnabled":true')
  t.match(body, 'validatorUrl: null')
  const schemes = DOCUMENT.components.securitySchemes
  t.match(schemes, { caller: { type: 'http', scheme: 'bearer' } })
})
