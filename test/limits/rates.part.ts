import { call } from '../support/api.ts'
import { start } from '../support/authorize.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { assertDocumented } from '../support/contract.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { metric, open } from './support.ts'

const A_SECOND = 20
const A_MINUTE = 60
/** Addresses are counted by tens of seconds. */
const A_WINDOW = A_MINUTE / 6
const BAD_KEYS_A_MINUTE = 600

const world = await createWorld(t, {
  env: {
    REFRESHER: 'off',
    METRICS_AUTH: 'ops',
    CALLER_MAX_PER_SECOND: `${A_SECOND}`,
    PUBLIC_MAX_PER_MINUTE: `${A_MINUTE}`,
  },
})
const broker = await world.startBroker()
const { internalUrl, publicUrl, logged } = broker

/** Sends one request so often that no second can end in between, over one connection. */
async function flood(route: string, key: string, count: number): Promise<string[]> {
  const head = `${route} HTTP/1.1\r\nHost: broker\r\nAuthorization: Bearer ${key}\r\n`
  const client = open(t, internalUrl, `${`${head}\r\n`.repeat(count - 1)}${head}Connection: close\r\n\r\n`)
  await client.closed
  return client.text().split(/(?=HTTP\/1\.1 )/)
}

function count(answers: readonly string[], status: number): number {
  return answers.filter((answer) => answer.startsWith(`HTTP/1.1 ${status} `)).length
}

function refused(listener: string, reason: string): Promise<number> {
  return metric(internalUrl, `token_broker_refused_requests_total{listener="${listener}",reason="${reason}"}`)
}

/** A customer at an address, as the proxy in front tells of it. */
function at(address: string, path = '/nowhere', headers: Record<string, string> = {}, url = publicUrl) {
  return fetch(new URL(path, url), {
    redirect: 'manual',
    headers: { 'x-forwarded-for': address, ...headers },
  })
}

async function statuses(address: string, times: number, path?: string, headers?: Record<string, string>) {
  const all = []
  for (let sent = 0; sent < times; sent += 1) all.push((await at(address, path, headers)).status)
  return all
}

const only = (status: number, times = A_WINDOW) => Array(times).fill(status)

t.test('a caller: so many a second, the others are served', async (t) => {
  const answers = await flood('GET /v1/consents', KEYS.other, A_SECOND + 30)
  t.ok(count(answers, 200) >= A_SECOND, `${count(answers, 200)} served`)
  const limited = answers.filter((answer) => answer.startsWith('HTTP/1.1 429 '))
  t.equal(limited.length, answers.length - count(answers, 200))
  t.ok(limited.length > 0)
  const [head = '', text = ''] = (limited[0] ?? '').split('\r\n\r\n')
  const headers = new Headers(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ') as [string, string]),
  )
  assertDocumented('GET /v1/consents', { status: 429, headers, text })
  t.match(JSON.parse(text), { code: 'too_many_requests', detail: 'This caller has sent too many requests.' })
  t.equal(headers.get('retry-after'), '1')
  t.equal(headers.get('ratelimit-policy'), `"caller";q=${A_SECOND};w=1`)
  t.equal(headers.get('ratelimit'), '"caller";r=0;t=1')
  t.equal(await refused('internal', 'caller_rate'), limited.length)
  t.equal((await call(broker, 'GET /v1/consents')).status, 200, 'another caller')
  await waitFor('its next second', async () => {
    return (await call(broker, 'GET /v1/consents', { as: 'other' })).status === 200
  })
})

t.test('refused keys: so many a minute from one address, and a good key passes all the same', async (t) => {
  const answers = await flood('GET /v1/consents', 'wrong', BAD_KEYS_A_MINUTE + 50)
  t.equal(count(answers, 401), BAD_KEYS_A_MINUTE)
  t.equal(count(answers, 429), 50)
  t.match(answers.at(-1), /Retry-After: ([1-9]|[1-5]\d|60)\r\n/i)
  t.match(answers.at(-1), `ratelimit-policy: "bad-keys";q=${BAD_KEYS_A_MINUTE};w=60\r\n`)
  t.equal(await refused('internal', 'bad_keys'), 50)
  t.equal((await call(broker, 'GET /v1/consents')).status, 200)
  t.equal(
    (await call(broker, 'GET /v1/consents', { headers: { authorization: 'Bearer wrong' } })).status,
    429,
  )
})

t.test('health and metrics are never limited', async (t) => {
  for (const path of ['/livez', '/readyz']) {
    t.equal(count(await flood(`GET ${path}`, 'wrong', 3 * A_SECOND), 200), 3 * A_SECOND, path)
  }
  t.equal(count(await flood('GET /metrics', KEYS.ops, 2 * A_SECOND), 200), 2 * A_SECOND)
})

t.test('an address: so many in ten seconds, and a page that comes back by itself', async (t) => {
  t.same(await statuses('192.0.2.1', A_WINDOW), only(404))
  const limited = await at('192.0.2.1', '/nowhere', { 'accept-language': 'nl' })
  t.equal(limited.status, 429)
  const seconds = Number(limited.headers.get('retry-after'))
  t.ok(seconds >= 1 && seconds <= 10, 'long before a code of 60 seconds dies')
  t.equal(limited.headers.get('ratelimit-policy'), `"address";q=${A_WINDOW};w=10`)
  t.match(limited.headers.get('content-security-policy'), "default-src 'none'")
  t.equal(limited.headers.get('cache-control'), 'no-store')
  const page = await limited.text()
  t.match(page, '<h1>Het is op dit moment erg druk</h1>')
  t.match(page, `<meta http-equiv="refresh" content="${seconds}">`)
  t.match(await (await at('192.0.2.1')).text(), '<h1>It is very busy right now</h1>')
  t.equal(await refused('public', 'address_rate'), 2)
  t.equal((await at('192.0.2.2')).status, 404, 'another address')
})

t.test('in IPv6 a /64 is one address', async (t) => {
  const same = ['2001:db8:7:7::1', '2001:db8:7:7:ffff::2', '[2001:db8:7:7::3]:50123', '2001:0db8:7:7::4']
  for (let sent = 0; sent < A_WINDOW; sent += 1) await at(same[sent % same.length] ?? '')
  t.equal((await at('2001:db8:7:7:1234::')).status, 429)
  t.equal((await at('2001:db8:7:8::1')).status, 404)
})

t.test('a callback that was told to wait has spent nothing', async (t) => {
  const browser = createBrowser()
  const { id, url } = await start(broker)
  const callbackUrl = await browser.walk(url)
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { pathname, search } = new URL(callbackUrl)
  await statuses('192.0.2.5', A_WINDOW, '/callback?state=unknown&code=x')
  t.equal((await at('192.0.2.5', url)).status, 429, 'counted with who only says that they come back')
  t.same(
    await statuses('192.0.2.5', A_WINDOW, '/callback?state=unknown&code=x', { cookie }),
    only(404),
    'who comes back from the bank has a count of their own',
  )
  t.equal((await at('192.0.2.5', `${pathname}${search}`, { cookie })).status, 429)
  t.equal((await getConsent(broker, id)).status, 'pending')
  const later = await at('192.0.2.6', `${pathname}${search}`, { cookie })
  t.match(await later.text(), /You have given permission|One moment/, 'it is still good')
  await waitFor('the consent', async () => (await getConsent(broker, id)).status === 'active')
})

t.test('what a customer claims of the addresses before theirs is not believed', async (t) => {
  for (let sent = 0; sent < A_WINDOW; sent += 1) await at(`203.0.113.${sent}, 192.0.2.3`)
  t.equal((await at('203.0.113.99, 192.0.2.3')).status, 429)
  await statuses('nonsense', A_WINDOW)
  t.equal((await at('other nonsense')).status, 429, 'what is no address counts for the proxy')
  t.notMatch(logged.join(''), /PUBLIC_TRUSTED_PROXIES.*192\.0\.2/)
})

t.test(
  'nobody is believed where PUBLIC_TRUSTED_PROXIES says so, and no limit is one where it is off',
  async (t) => {
    const other = await world.startBroker({
      PUBLIC_PORT: '0',
      PUBLIC_TRUSTED_PROXIES: 'off',
      CALLER_MAX_PER_SECOND: 'off',
    })
    for (let sent = 0; sent < A_WINDOW; sent += 1)
      await at(`192.0.2.${sent}`, '/nowhere', {}, other.publicUrl)
    t.equal((await at('192.0.2.200', '/nowhere', {}, other.publicUrl)).status, 429, 'all are one')
    const warned = other.logged.filter((line) => line.includes('PUBLIC_TRUSTED_PROXIES'))
    t.equal(warned.length, 1, 'said once')
    t.equal(JSON.parse(warned[0] ?? '{}').level, 'warn')
    const all = await Promise.all(Array.from({ length: 3 * A_SECOND }, () => call(other, 'GET /v1/consents')))
    t.same(new Set(all.map(({ status }) => status)), new Set([200]))
  },
)
