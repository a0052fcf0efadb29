import { origins } from '../../src/config/url.ts'
import { headingOf, parametersOf, RETURN_URL, statusOf, tokenOf } from '../flow/helpers.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, activate, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { watchChanges } from '../support/change-log.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, {
  env: {
    REFRESHER: 'off',
    RETURN_URL_ORIGINS: 'http://127.0.0.1:9,https://app.example.nl',
    // A busy scanner has more addresses than this test.
    PUBLIC_MAX_PER_MINUTE: 'off',
  },
})
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const readChanges = await watchChanges(sql)

/** What was changed so far, the accounts of those who consented learned. */
async function changes(): Promise<string> {
  await waitFor('accounts to be learned', async () => {
    const unknown = await sql(`select from consents where status = 'active' and iban_masked is null`)
    return unknown.length === 0
  })
  return readChanges()
}

const confirm = async (id: string, result_code: string) =>
  (await call(broker, `POST /v1/consents/${id}/confirm`, { body: { result_code } })).status

t.test('a start link sent to a victim, with confirm: no token, and no code for the stranger', async (t) => {
  const { id, url } = await start(broker, { confirm: true, return_url: RETURN_URL })
  const stranger = createBrowser()
  const unfinished = await stranger.walk(url, { iban: ACCOUNTS[1] })
  const victim = await createBrowser().consent(url, { iban: ACCOUNTS[0] })
  t.equal(await statusOf(broker, id), 'active', 'the victim was lured')
  t.match(await tokenOf(broker, id), { status: 409, code: 'consent_unconfirmed', token: undefined })
  for (const place of [url, unfinished, `${broker.publicUrl}/callback`]) {
    t.equal((await stranger.open(place)).location, null, 'the code is in the session of the victim alone')
  }
  const own = await walk(broker, { confirm: true, return_url: RETURN_URL })
  const guesses = Array.from({ length: 40 }, (_, n) => `${n}`.padStart(43, 'A'))
  const wrong = [String(parametersOf(own.page).result_code), ...guesses]
  t.same(new Set(await Promise.all(wrong.map((code) => confirm(id, code)))), new Set([400]))
  t.match(await tokenOf(broker, id), { status: 409, code: 'consent_unconfirmed' })
  t.equal(await confirm(id, String(parametersOf(victim).result_code)), 200, 'guessing locks nobody out')
})

t.test('the same without confirm: the token is handed out, as SECURITY.md says', async (t) => {
  const { id, url } = await start(broker, { return_url: RETURN_URL })
  await createBrowser().consent(url)
  t.match(await tokenOf(broker, id), { status: 200, token: /./ })
})

t.test('a start link that was stolen after its use gives nothing away', async (t) => {
  const { url, page } = await walk(broker, { confirm: true, return_url: RETURN_URL })
  const before = await changes()
  const looked = await createBrowser().open(url)
  t.match([looked.status, looked.location, headingOf(looked)], [200, null, 'You have given permission'])
  t.notOk(looked.text.includes(String(parametersOf(page).result_code)))
  t.same(looked.headers.getSetCookie(), [])
  t.equal(await changes(), before)
})

const AHEAD = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-purpose': 'preview' },
  { 'x-moz': 'prefetch' },
]

t.test('what a browser fetches ahead begins nothing, and is asked for again', async (t) => {
  const { url } = await start(broker)
  const before = await changes()
  for (const headers of AHEAD) {
    const answer = await fetch(url, { headers, redirect: 'manual' })
    t.match([answer.status, answer.headers.getSetCookie()], [503, []], JSON.stringify(headers))
    t.equal(answer.headers.get('cache-control'), 'no-store')
  }
  t.equal(await changes(), before)
  t.equal(headingOf(await createBrowser().consent(url)), 'You have given permission')
})

t.test(
  'a callback that is fetched ahead, with or without the cookie, costs the customer nothing',
  async (t) => {
    const { url, id } = await start(broker, { return_url: RETURN_URL })
    const browser = createBrowser()
    const callbackUrl = await browser.walk(url)
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const ahead = { 'sec-purpose': 'prefetch' }
    t.equal((await fetch(callbackUrl, { headers: ahead, redirect: 'manual' })).status, 403)
    await fetch(callbackUrl, { headers: { ...ahead, cookie }, redirect: 'manual' })
    t.match(parametersOf(await browser.open(callbackUrl)), {
      consent_id: id,
      status: 'active',
      result_code: /./,
    })
  },
)

t.test('a scanner, however busy, does not use up the link of a customer who comes later', async (t) => {
  const { id, url } = await start(broker)
  const scan = () => Promise.all(Array.from({ length: 12 }, () => createBrowser().open(url)))
  const opened = async () => (await scan()).filter(({ status }) => status === 302).length
  t.equal(await opened(), 10)
  t.equal(await opened(), 0)
  await sql(
    `update authorizations set created_at = created_at - interval '29 seconds' where consent_id = $1`,
    [id],
  )
  t.equal(await opened(), 0, 'none before half a minute')
  await sql(
    `update authorizations set created_at = created_at - interval '31 seconds' where consent_id = $1`,
    [id],
  )
  const customer = createBrowser()
  const callbackUrl = await customer.walk(url)
  t.equal(await opened(), 1, 'one each half minute')
  t.equal(headingOf(await customer.open(callbackUrl)), 'You have given permission')
})

t.test(
  'a scanner of a link that lives for weeks has as many attempts as can be counted, and no more',
  async (t) => {
    const { id, url } = await start(broker)
    await sql(
      `update authorizations set attempts = 32766, created_at = created_at - interval '30 days' where consent_id = $1`,
      [id],
    )
    t.equal((await createBrowser().open(url)).status, 302)
    t.equal((await createBrowser().open(url)).status, 429)
  },
)

const ELSEWHERE = [
  'https://app.example.nl@evil.example/',
  'https://app.example.nl:443@evil.example/',
  'https://user@app.example.nl/',
  'https://:@app.example.nl:x@app.example.nl/',
  'https://app.example.nl.evil.example/',
  'https://app.example.nl./',
  'https://evil.app.example.nl/',
  'https://app.example.nl:444/',
  'https:\\\\evil.example\\app.example.nl',
  'https://app。example.nl.evil.example/',
  'https://app.example.nl\u2044@evil.example',
  'https://app.example.n\u217c.evil.example/',
  'https://аpp.example.nl/', // a Cyrillic letter
  'http://app.example.nl/',
  'ftp://app.example.nl/',
  'blob:https://app.example.nl/0192f0c1',
  'filesystem:https://app.example.nl/temporary/x',
  'javascript://app.example.nl/%0aalert(1)',
  'javascript:alert(1)//https://app.example.nl/',
  'data:text/html,https://app.example.nl/',
  'view-source:https://app.example.nl/',
  '//app.example.nl/',
  '//evil.example/',
  '/done',
  '\\\\evil.example',
  'https:',
  'https://',
  'https://[app.example.nl]/',
  'https://app.example.nl/\r\nLocation: https://evil.example/',
  'https://app.example.nl/\u0000',
  'https://evil.example/?https://app.example.nl/',
  'https://evil.example/#https://app.example.nl/',
  'null',
  '',
]

t.test('no return_url leads elsewhere, at the start and at a renewal', async (t) => {
  const renewed = await activate(broker)
  const before = await changes()
  for (const return_url of ELSEWHERE) {
    for (const [route, body] of [
      ['POST /v1/consents', { scopes: ['psd2:account:balance:read'], return_url }],
      [`POST /v1/consents/${renewed}/authorizations`, { return_url }],
    ] as const) {
      const refused = { status: 400, body: { code: 'invalid_request', field: 'return_url' } }
      t.match(await call(broker, route, { body }), refused, JSON.stringify(return_url))
    }
  }
  t.equal(await changes(), before)
})

const ODD_BUT_OWN = [
  'https://app.example.nl\\@evil.example/',
  'https://app.example.nl/a\\..\\@evil.example',
  'https://APP.example.nl:443//evil.example/%2e%2e?to=https://evil.example/#@evil.example',
  'https:app.example.nl',
  'https://app。example.nl/',
  'https://app.example.nl/?result_code=planted&consent_id=planted&status=active',
]

t.test('what is odd in a return_url stays within its origin, and plants no result', async (t) => {
  for (const return_url of ODD_BUT_OWN) {
    const { page, id } = await walk(broker, { return_url })
    const location = new URL(page.location ?? '')
    t.equal(location.origin, 'https://app.example.nl', return_url)
    t.ok(page.location?.startsWith('https://app.example.nl/'), 'however it is read')
    t.same(location.searchParams.getAll('consent_id'), [id])
    t.match(location.searchParams.getAll('result_code'), [/^[\w-]{43}$/])
  }
})

t.test('RETURN_URL_ORIGINS takes origins alone', async (t) => {
  for (const wrong of [
    '*',
    'https://*.example.nl',
    'https://app.example.nl/done',
    'https://app.example.nl?x',
    'https://user@app.example.nl',
    'https://app.example.nl#x',
    'http://app.example.nl',
    'app.example.nl',
    'javascript:alert(1)',
    'null',
    'https://a.nl,,https://b.nl',
  ]) {
    t.hasProp(origins.read(wrong), 'problem', wrong)
  }
})
