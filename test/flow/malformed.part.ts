import { rawRequest, sendRaw } from '../api/support/raw.ts'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { t } from '../support/parts.ts'
import { headingOf, statusOf } from './helpers.ts'

const world = await createWorld(t)
const { publicUrl, ...broker } = await world.startBroker()

const { id, url: startUrl } = await start(broker)
const browser = createBrowser()
const callbackUrl = await browser.walk(startUrl)
const { search, searchParams } = new URL(callbackUrl)
const state = searchParams.get('state')
const code = searchParams.get('code')
const ticket = startUrl.split('/').at(-1)
const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
const codesBefore = world.bank.ledger.codes().length

const LONG = 'x'.repeat(9_000)
const URLS: [what: string, path: string, status: number][] = [
  ['no percent-encoding in a ticket', '/start/%zz', 400],
  ['half a percent-encoding in a ticket', `/start/${ticket}%`, 400],
  ['a ticket that is no UTF-8', '/start/%ff', 400],
  ['a ticket with an encoded NUL', `/start/${ticket}%00`, 404],
  ['a ticket that is a member of every object', '/start/__proto__', 404],
  ['no ticket', '/start/', 404],
  ['two tickets', `/start/${ticket}/${ticket}`, 404],
  ['a ticket that is too long', `/start/${LONG}`, 414],
  ['no percent-encoding in a state', `/callback?state=%zz&code=${code}`, 404],
  ['a state that is no UTF-8', `/callback?state=%ff%fe&code=${code}`, 404],
  ['a state with an encoded NUL', `/callback?state=${state}%00&code=${code}`, 404],
  ['a state in a list', `/callback?state[]=${state}&code=${code}`, 404],
  ['a state in an object', `/callback?state[a]=${state}&code=${code}`, 404],
  ['a state that would be inherited', `/callback?__proto__[state]=${state}&code=${code}`, 404],
  ['names that every object has', `/callback?__proto__=${state}&constructor=${code}`, 404],
  ['a doubled state', `/callback?state=${state}&state=${state}&code=${code}`, 404],
  ['a doubled code', `/callback?state=${state}&code=${code}&code=${code}`, 404],
  ['a doubled error', `/callback?state=${state}&error=a&error=b`, 404],
  ['a query that is too long', `/callback?state=${LONG}`, 414],
  ['a path that is none', '/%c0%ae%c0%ae/etc', 400],
]

t.test('URLs', async (t) => {
  for (const [what, path, status] of URLS) {
    const answer = await sendRaw(publicUrl, rawRequest(`GET ${path}`, { Cookie: cookie }))
    t.equal(answer.status, status, what)
    t.match(answer.headers.get('content-type'), 'text/html', `${what}: a page`)
  }
})

t.test('cookies that are none bind no browser', async (t) => {
  const [name = ''] = cookie.split('=')
  for (const bad of ['=', ';;;', '__proto__=x', 'x=%zz; y="', name, `${name}=%zz`, `${name}=${LONG}`]) {
    const answer = await sendRaw(publicUrl, rawRequest(`GET /callback${search}`, { Cookie: bad }))
    t.equal(answer.status, 403, bad.slice(0, 40))
  }
})

const MESSAGES: [what: string, message: string | Buffer, status: number][] = [
  ['17 kB of headers', rawRequest('GET /callback', { 'X-Large': 'x'.repeat(17_000) }), 431],
  ['17 kB of cookie', rawRequest('GET /callback', { Cookie: `a=${'x'.repeat(17_000)}` }), 431],
  ['a control character in a cookie', rawRequest('GET /callback', { Cookie: 'a=\x01' }), 400],
  ['a NUL in a header', rawRequest('GET /callback', { 'X-A': '\0' }), 400],
  ['a NUL in the URL', rawRequest('GET /start/\0', {}), 400],
  ['no host', 'GET /callback HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['no HTTP', 'nonsense\r\n\r\n', 400],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a version nobody knows', 'GET / HTTP/9.9\r\n\r\n', 400],
  ['a method nobody knows', rawRequest('STEAL /callback', {}), 400],
  ['a method for no page', rawRequest('PROPFIND /callback', {}), 405],
  ['a body that is no JSON', rawRequest('POST /callback', { 'Content-Type': 'application/json' }, '{'), 405],
  ['a body of no type', rawRequest(`POST /start/${ticket}`, {}, 'x'), 405],
]

t.test('messages', async (t) => {
  for (const [what, message, status] of MESSAGES) {
    const answer = await sendRaw(publicUrl, message)
    t.equal(answer.status, status, what)
    t.ok(answer.headers.get('x-request-id'), `${what}: can be found in the log`)
  }
})

t.test('none of it spent the state, or disturbed what serves the next customer', async (t) => {
  t.equal(world.bank.ledger.codes().length, codesBefore)
  t.equal(await statusOf(broker, id), 'pending')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  t.notMatch(broker.logged.join('\n'), /"level":"error"/)
})
