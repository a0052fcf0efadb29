import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { eventsOf, headingOf, parametersOf, RETURN_URL, statusOf } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

t.test('a link scanner spends nothing', async (t) => {
  const { id, url } = await start(broker)
  const head = await createBrowser().open(url, 'HEAD')
  t.match([head.status, head.headers.get('allow')], [405, 'GET'])
  t.strictSame(await attemptsOf(id), [0])
  const customer = createBrowser()
  const callbackUrl = await customer.walk(url)
  const places = await Promise.all([1, 2, 3].map(() => createBrowser().open(url)))
  t.equal(new Set(places.map(({ location }) => location)).size, 3, 'each attempt is its own')
  t.strictSame(await attemptsOf(id), [4])
  t.equal(headingOf(await customer.open(callbackUrl)), 'You have given permission')
})

t.test('ten attempts, and not an eleventh', async (t) => {
  const { id, url } = await start(broker)
  const customer = createBrowser()
  const callbackUrl = await customer.walk(url)
  const pages = await Promise.all(Array.from({ length: 12 }, () => createBrowser().open(url)))
  t.equal(pages.filter(({ status }) => status === 302).length, 9)
  const refused = pages.filter(({ status }) => status === 429)
  t.equal(refused.length, 3)
  t.equal(headingOf(refused[0]!), 'This link was opened too often')
  t.strictSame(await attemptsOf(id), [10])
  t.equal(
    headingOf(await customer.open(callbackUrl)),
    'You have given permission',
    'who is at the bank finishes',
  )
})

t.test('of two tabs the first wins, and the second shows its result', async (t) => {
  const { id, url } = await start(broker, { return_url: RETURN_URL })
  const browser = createBrowser()
  const [first, second] = [await browser.walk(url), await browser.walk(url)]
  const codesBefore = world.bank.ledger.codes().length
  const won = await browser.open(second)
  t.match([won.status, parametersOf(won).status], [302, 'active'])
  t.equal((await browser.open(first)).location, won.location, 'one browser, one result code')
  t.equal(world.bank.ledger.codes().length, codesBefore + 1)
  t.equal(headingOf(await browser.open(url)), 'You have given permission')
  t.strictSame(await attemptsOf(id), [2])
})

t.test('two tabs at once are one authorization', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbacks = [await browser.walk(url), await browser.walk(url), await browser.walk(url)]
  const codesBefore = world.bank.ledger.codes().length
  const pages = await Promise.all([...callbacks, ...callbacks].map((one) => browser.open(one)))
  const headings = new Set(pages.map(headingOf))
  headings.delete('One moment, please')
  t.strictSame([...headings], ['You have given permission'])
  t.equal(world.bank.ledger.codes().length, codesBefore + 1)
  t.strictSame(await eventsOf(broker, id), ['consent.started', 'authorization.received', 'consent.activated'])
})

t.test('a page that is loaded again shows its result again', async (t) => {
  const { url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  for (const _ of [1, 2, 3]) t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
})

t.test('a redirect that is loaded again has the same result code', async (t) => {
  const { url } = await start(broker, { return_url: RETURN_URL })
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const pages = [await browser.open(callbackUrl), await browser.open(callbackUrl)]
  t.equal(new Set(pages.map(({ location }) => location)).size, 1)
  t.match(parametersOf(pages[1]!).result_code, /^[\w-]{43}$/)
})

t.test('another browser is refused, and the right one can still finish', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const stranger = createBrowser()
  await stranger.open(url)
  for (const other of [createBrowser(), stranger]) {
    const page = await other.open(callbackUrl)
    t.match([page.status, headingOf(page)], [403, 'You started in another browser'])
  }
  t.equal(await statusOf(broker, id), 'pending')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  t.equal((await stranger.open(callbackUrl)).status, 403, 'nor is it shown the result')
})

t.test('who opened the link as well is not given the result code of who consented', async (t) => {
  const { url } = await start(broker, { return_url: RETURN_URL, confirm: true })
  const attacker = createBrowser()
  const lure = await attacker.walk(url, { iban: 'NL62ABNA9999841479' })
  const victim = createBrowser()
  t.match(parametersOf(await victim.consent(url)).result_code, /./)
  const page = await attacker.open(lure)
  t.equal(page.location, null)
  t.equal(headingOf(page), 'You have given permission')
  t.notMatch(page.text, 'result_code')
})

for (const [what, overrides, body] of [
  ['BIND_USER_AGENT=off', { BIND_USER_AGENT: 'off' }, {}],
  ['bind_user_agent: false', {}, { bind_user_agent: false }],
] as const) {
  t.test(`${what}: the customer may come back in another browser`, async (t) => {
    const unbound = await world.startBroker({ ...overrides, PUBLIC_PORT: '0' })
    const { id, url } = await start(unbound, { ...body, return_url: RETURN_URL })
    const callbackUrl = await createBrowser().walk(url)
    const page = await createBrowser().open(callbackUrl)
    t.match(parametersOf(page), { consent_id: id, status: 'active', result_code: /./ })
    t.equal((await createBrowser().open(callbackUrl)).location, page.location)
  })
}

t.test('bind_user_agent: true binds where BIND_USER_AGENT is off', async (t) => {
  const unbound = await world.startBroker({ BIND_USER_AGENT: 'off', PUBLIC_PORT: '0' })
  const { url } = await start(unbound, { bind_user_agent: true })
  const callbackUrl = await createBrowser().walk(url)
  t.equal((await createBrowser().open(callbackUrl)).status, 403)
})

async function attemptsOf(id: string): Promise<number[]> {
  const rows = await sql('select attempts from authorizations where consent_id = $1', [id])
  return rows.map(({ attempts }) => attempts)
}
