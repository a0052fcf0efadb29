import { createHash } from 'node:crypto'
import { INERT_PARTS } from '../../src/http/internal/document.ts'
import { buildPublicApp } from '../../src/http/public/app.ts'
import { createLogger } from '../../src/logger.ts'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { t } from '../support/parts.ts'
import { RETURN_URL, statusOf } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const log = createLogger({ level: 'silent' })
/** The listener as it is behind HTTPS. */
const secure = await buildPublicApp({
  broker: broker.broker,
  log,
  callbackPath: '/callback',
  secure: true,
  bounds: INERT_PARTS.bounds,
  trustedProxies: [],
})
t.teardown(() => secure.close())

t.test('over HTTPS the cookie is __Host-, Secure, HttpOnly, Lax, and one an attempt', async (t) => {
  const { id, url } = await start(broker)
  const path = new URL(url).pathname
  const answers = [await secure.inject(path), await secure.inject(path)]
  const cookies = answers.flatMap((answer) => answer.cookies)
  t.equal(cookies.length, 2)
  t.equal(new Set(cookies.map(({ name }) => name)).size, 2)
  for (const cookie of cookies) {
    t.match(cookie, {
      name: /^__Host-tb-[\w-]{16}$/,
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    })
    t.notOk('domain' in cookie, '__Host- allows none')
    t.ok(Number(cookie.maxAge) >= 900 + 3_600, 'outlives the attempt')
    t.match(cookie.value, /^[\w-]{43}$/)
  }
  const [, second] = answers
  const state = new URL(String(second?.headers.location)).searchParams.get('state')
  const back = `/callback?error=server_error&state=${state}`
  const [first, own] = cookies
  for (const [wrong, value] of [
    [first?.name, first?.value],
    [own?.name, first?.value],
    [own?.name.replace('__Host-', ''), own?.value],
  ]) {
    t.equal((await secure.inject({ url: back, cookies: { [String(wrong)]: String(value) } })).statusCode, 403)
  }
  t.equal(await statusOf(broker, id), 'pending')
  const page = await secure.inject({ url: back, cookies: { [String(own?.name)]: String(own?.value) } })
  t.equal(page.statusCode, 200)
  t.equal(await statusOf(broker, id), 'rejected/cancelled_by_customer')
})

t.test('over HTTP on loopback it is the same, without what needs HTTPS', async (t) => {
  const { url } = await start(broker)
  const [line = ''] = (await createBrowser().open(url)).headers.getSetCookie()
  t.match(line, /^tb-[\w-]{16}=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
})

t.test('every page and every redirect keeps to itself', async (t) => {
  const { url } = await start(broker, { return_url: RETURN_URL })
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const answers = {
    'a redirect to the bank': await browser.open(url),
    'another browser': await createBrowser().open(callbackUrl),
    'a redirect to the caller': await browser.open(callbackUrl),
    'the result': await browser.open(url),
    'an unknown link': await browser.open(`${broker.publicUrl}/start/unknown`),
    'an unknown state': await browser.open(`${broker.publicUrl}/callback?state=unknown&code=x`),
    'no such page': await browser.open(`${broker.publicUrl}/nothing`),
    'a malformed URL': await browser.open(`${broker.publicUrl}/start/%zz`),
    'another method': await browser.open(url, 'DELETE'),
  }
  for (const [what, { headers, status, text }] of Object.entries(answers)) {
    t.match(
      Object.fromEntries(headers),
      {
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-request-id': /./,
      },
      what,
    )
    t.equal(headers.get('strict-transport-security'), null)
    if (status === 302) continue
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = headers.get('content-security-policy') ?? ''
    t.match(policy, "default-src 'none'", what)
    t.ok(policy.includes(`style-src 'sha256-${hash}'`), `${what}: its style is allowed`)
    t.match(headers.get('content-type'), 'text/html; charset=utf-8', what)
    t.notMatch(text, /<script|<form|<img|https?:\/\//, `${what}: needs nothing else`)
  }
  const overHttps = await secure.inject('/nothing')
  t.match(overHttps.headers['strict-transport-security'], /^max-age=\d{8}/)
})

t.test('a method a path does not take is told which it does', async (t) => {
  const { id, url } = await start(broker)
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    for (const place of [url, `${broker.publicUrl}/callback?state=x`]) {
      const { status, headers } = await createBrowser().open(place, method)
      t.match([status, headers.get('allow')], [405, 'GET'], `${method} ${new URL(place).pathname}`)
    }
  }
  const form = await fetch(`${broker.publicUrl}/callback`, {
    method: 'POST',
    body: new URLSearchParams({ code: 'x' }),
  })
  t.match([form.status, form.headers.get('allow')], [405, 'GET'])
  t.equal(await statusOf(broker, id), 'pending')
})

t.test('no redirect and no page carries a secret further than it must go', async (t) => {
  const { url } = await start(broker, { return_url: RETURN_URL })
  const ticket = url.split('/').at(-1) ?? ''
  const browser = createBrowser()
  const toBank = await browser.open(url)
  const bankUrl = new URL(toBank.location ?? '')
  t.strictSame([...bankUrl.searchParams.keys()].sort(), [
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'flow',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
  ])
  t.notMatch(toBank.location, ticket)
  const callbackUrl = await browser.walk(url)
  const { code = '', state = '' } = Object.fromEntries(new URL(callbackUrl).searchParams)
  const stranger = await createBrowser().open(callbackUrl)
  const back = await browser.open(callbackUrl)
  const secrets = [ticket, code, state, ...browser.cookies.values()]
  for (const secret of secrets) {
    t.notOk(back.location?.includes(secret))
    for (const { text } of [stranger, back, await browser.open(url)]) t.notOk(text.includes(secret))
  }
  for (const secret of [...secrets, new URL(back.location ?? '').searchParams.get('result_code') ?? '']) {
    t.notOk(
      broker.logged.some((line) => line.includes(secret)),
      'nor the log',
    )
  }
})
