import { createHash } from 'node:crypto'
import { METHODS } from 'node:http'
import type { Test } from 'tap'
import type { App } from '../../src/http/app.ts'
import { buildInternalApp } from '../../src/http/internal/app.ts'
import { INERT_PARTS } from '../../src/http/internal/document.ts'
import { buildPublicApp } from '../../src/http/public/app.ts'
import { createLogger } from '../../src/logger.ts'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { DOCUMENT } from '../support/contract.ts'
import { t } from '../support/parts.ts'
import { MALFORMED, type RawAnswer, requestOf, sendPlain } from './support/raw-http.ts'

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const EVERY_ANSWER = {
  'cache-control': 'no-store',
  'content-security-policy': NOTHING,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
const PUBLIC = {
  ...EVERY_ANSWER,
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
}
const HSTS = { 'strict-transport-security': 'max-age=31536000' }
/** CONNECT asks for a tunnel: it is cut off without an answer. */
const METHODS_ANSWERED = METHODS.filter((method) => method !== 'CONNECT')
/** What would tell what is running here. */
const TELLING = ['server', 'x-powered-by', 'via', 'access-control-allow-origin']

/** The policy of a page: its own style and nothing else. */
function policyOf(page: string): string {
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** Those of the headers that are expected, and those that would tell what is running here. */
function told(headers: RawAnswer['headers'], expected: object): object {
  const names = [...Object.keys(expected), ...TELLING]
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))
}

/** Asserts what every answer of the public listener has. */
function assertPublic(t: Test, what: string, { status, headers, body }: RawAnswer, more: object = {}): void {
  const isPage = headers['content-type']?.startsWith('text/html') === true
  // HEAD gets the policy of a page without its body.
  const policy = isPage && body === '' ? headers['content-security-policy'] : policyOf(body)
  const expected = { ...PUBLIC, 'content-security-policy': isPage ? policy : NOTHING, ...more }
  t.strictSame(told(headers, { ...expected, ...HSTS }), expected, what)
  t.match([status, headers['x-request-id']], [/^[234]\d\d$/, /^[\w.-]+$/], what)
}

/** The paths of an app's router, with something in place of each parameter. */
function pathsOf(app: App): string[] {
  const lines = app.printRoutes({ commonPrefix: false }).trimEnd().split('\n')
  return lines.map((line) => (/── (\S+)/.exec(line)?.[1] ?? '').replaceAll(/:\w+/g, 'x'))
}

t.test('every answer of the public listener', async (t) => {
  const world = await createWorld(t, { env: { REFRESHER: 'off', PUBLIC_MAX_PER_MINUTE: 'off' } })
  const broker = await world.startBroker()
  const log = createLogger({ level: 'silent' })
  const { bounds } = INERT_PARTS
  const options = { log, bounds, callbackPath: '/callback', secure: true, trustedProxies: [] }
  const secure = await buildPublicApp({ ...options, broker: broker.broker })
  t.teardown(() => secure.close())
  const listeners = [
    { url: broker.publicUrl, more: {} },
    { url: await secure.listen({ port: 0, host: '127.0.0.1' }), more: HSTS },
  ]
  const paths = pathsOf(secure)
  t.strictSame(paths.sort(), ['/callback', '/start/x'])
  const routes = [...paths, '/', '/nothing', '/callback?state=x&code=y', '/start/x/y', '*'].flatMap((path) =>
    METHODS_ANSWERED.map((method) => `${method} ${path}`),
  )
  for (const { url, more } of listeners) {
    for (const [what, message] of Object.entries(MALFORMED))
      assertPublic(t, what, await sendPlain(url, message), more)
  }
  const [{ url }] = listeners as [(typeof listeners)[0]]
  for (const route of routes) assertPublic(t, route, await sendPlain(url, requestOf(route)))

  t.test('redirects', async (t) => {
    const begun = await start(broker, { return_url: 'http://127.0.0.1:9/back' })
    const browser = createBrowser()
    const callbackUrl = await browser.walk(begun.url)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const opened = [
      [begun.url, new URL(world.bankUrl).origin],
      [callbackUrl, 'http://127.0.0.1:9'],
    ] as const
    for (const [opening, origin] of opened) {
      const { pathname, search } = new URL(opening)
      const hostile = `Cookie: ${cookie}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n`
      const answer = await sendPlain(url, requestOf(`GET ${pathname}${search}`, hostile))
      t.equal(answer.status, 302)
      t.equal(new URL(answer.headers.location ?? '').origin, origin)
      t.equal(answer.body, '', 'nothing is reflected')
      assertPublic(t, `to ${origin}`, answer)
    }
  })
})

t.test('every answer of the internal listener', async (t) => {
  const app = await buildInternalApp(INERT_PARTS)
  t.teardown(() => app.close())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const documented = Object.keys(DOCUMENT.paths).map((path) => path.replace('{id}', 'x'))
  const routes = [...documented, '/nothing'].flatMap((path) =>
    ['GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'].map((method) => `${method} ${path}`),
  )
  const messages = [
    ...Object.entries(MALFORMED),
    ...routes.map((route) => [route, requestOf(route)] as const),
  ]
  for (const [what, message] of messages) {
    const { headers } = await sendPlain(url, message)
    for (const [name, value] of Object.entries(EVERY_ANSWER))
      t.equal(headers[name], value, `${what}: ${name}`)
    for (const name of TELLING) t.notOk(name in headers, `${what}: ${name}`)
    t.notOk('strict-transport-security' in headers, 'other ports of this host may be plain')
  }
  for (const path of [
    '/docs',
    '/docs/static/swagger-ui.css',
    '/docs/static/swagger-ui-bundle.js',
    '/docs/json',
  ]) {
    const { headers } = await sendPlain(url, requestOf(`GET ${path}`))
    t.match(headers['content-security-policy'], /^default-src 'none'; .*script-src 'self'; /, path)
    const { 'x-content-type-options': sniffing, 'x-frame-options': frames } = headers
    t.strictSame([sniffing, frames], ['nosniff', 'DENY'], path)
  }
})
