import { EXCHANGE, headingOf, parametersOf, RETURN_URL, statusOf, tokenOf } from '../flow/helpers.ts'
import { ACCOUNTS, activate, renew, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser, type Page } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { t } from '../support/parts.ts'

const world = await createWorld(t, { env: { PUBLIC_MAX_PER_MINUTE: 'off' } })
const { bank } = world
const broker = await world.startBroker()

const STARTED_ELSEWHERE = [403, 'You started in another browser']
const GIVEN = [200, 'You have given permission']
const FAILED = [200, 'It did not work']

interface Traveller {
  readonly id: string
  readonly browser: ReturnType<typeof createBrowser>
  readonly callbackUrl: string
  readonly state: string
  readonly code: string
}

/** A customer who consented at the bank, and is about to come back. */
async function atTheBank(
  { id, url }: { id: string; url: string },
  iban: string = ACCOUNTS[0],
): Promise<Traveller> {
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url, { iban })
  const { state = '', code = '' } = Object.fromEntries(new URL(callbackUrl).searchParams)
  return { id, browser, callbackUrl, state, code }
}

const setOut = async (body: object = {}, iban?: string) => atTheBank(await start(broker, body), iban)

/** What a browser is shown at the callback with these parameters. */
async function visit(browser: Traveller['browser'], parameters: Record<string, string>): Promise<Page> {
  return browser.open(`${broker.publicUrl}/callback?${new URLSearchParams(parameters)}`)
}

const seen = (page: Page) => [page.status, headingOf(page)]
const timesSent = (code: string) => bank.ledger.codePresentations(code)

t.test('states swapped between two customers: neither is taken, and both still finish', async (t) => {
  const [one, two] = [await setOut(), await setOut()]
  for (const [own, other] of [[one, two] as const, [two, one] as const]) {
    t.same(seen(await own.browser.open(other.callbackUrl)), STARTED_ELSEWHERE)
    t.same(seen(await visit(own.browser, { state: other.state, code: own.code })), STARTED_ELSEWHERE)
    t.same(seen(await visit(own.browser, { state: other.state, error: 'access_denied' })), STARTED_ELSEWHERE)
  }
  t.same([timesSent(one.code), timesSent(two.code)], [0, 0])
  for (const { browser, callbackUrl, id } of [one, two]) {
    t.same(seen(await browser.open(callbackUrl)), GIVEN)
    t.equal(await statusOf(broker, id), 'active')
  }
})

t.test("mix-up: a stolen code under the thief's own state buys nothing, by PKCE", async (t) => {
  const [victim, thief] = [await setOut(), await setOut({}, ACCOUNTS[1])]
  t.same(seen(await visit(thief.browser, { state: thief.state, code: victim.code })), FAILED)
  t.equal(await statusOf(broker, thief.id), 'failed/exchange_refused')
  t.match(await tokenOf(broker, thief.id), { status: 410, code: 'consent_failed' })
  t.equal(await statusOf(broker, victim.id), 'pending', 'nobody else is concerned')
  const again = await setOut()
  t.same(seen(await again.browser.open(again.callbackUrl)), GIVEN)
})

t.test('the code of a consent that is in use harms neither it nor its tokens', async (t) => {
  const victim = await setOut()
  await victim.browser.open(victim.callbackUrl)
  const before = await tokenOf(broker, victim.id)
  const thief = await setOut()
  t.same(seen(await visit(thief.browser, { state: thief.state, code: victim.code })), FAILED)
  t.same(await tokenOf(broker, victim.id), before)
  t.equal(bank.ledger.presentedMoreThan(1).length, 0)
})

t.test("code injection: a thief's code in a customer's renewal leaves their consent as it is", async (t) => {
  const id = await activate(broker)
  const { account, authorized_at } = await getConsent(broker, id)
  const before = await tokenOf(broker, id)
  const customer = await atTheBank(await renew(broker, id))
  const thief = await setOut({}, ACCOUNTS[1])
  t.same(seen(await visit(customer.browser, { state: customer.state, code: thief.code })), FAILED)
  t.match(await getConsent(broker, id), { status: 'active', account, authorized_at })
  t.same(await tokenOf(broker, id), before)
})

t.test('a stolen callback URL, opened at once with its owner, in any order', async (t) => {
  const { browser, callbackUrl, code, id } = await setOut({ return_url: RETURN_URL })
  const thieves = Array.from({ length: 6 }, () => createBrowser())
  const own = browser.open(callbackUrl)
  const stolen = await Promise.all(thieves.map((thief) => thief.open(callbackUrl)))
  for (const page of stolen) {
    t.same(seen(page), STARTED_ELSEWHERE)
    t.equal(page.location, null)
  }
  t.match(parametersOf(await own), { consent_id: id, status: 'active', result_code: /./ })
  t.equal(timesSent(code), 1)
})

t.test('a state is spent by what failed, too: no other code follows it', async (t) => {
  const { browser, callbackUrl, state, code, id } = await setOut()
  const other = await setOut()
  bank.faults.add({ ...EXCHANGE, action: { kind: 'status', status: 400, body: { error: 'invalid_grant' } } })
  t.same(seen(await browser.open(callbackUrl)), FAILED)
  bank.faults.clear()
  const sent = bank.ledger.codes().length
  for (const again of [code, other.code, 'x'.repeat(40)]) {
    t.same(seen(await visit(browser, { state, code: again })), FAILED)
  }
  t.same(seen(await visit(browser, { state, error: 'server_error' })), FAILED)
  t.equal(bank.ledger.codes().length, sent)
  t.equal(await statusOf(broker, id), 'failed/exchange_refused')
})

t.test('a state is spent by who cancelled, too', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const refused = new URL(await browser.walk(url, { decision: 'cancel' }))
  const state = refused.searchParams.get('state') ?? ''
  const thief = await setOut()
  await browser.open(refused.href)
  const page = await visit(browser, { state, code: thief.code })
  t.same(seen(page), [200, 'You have not given permission'])
  t.equal(timesSent(thief.code), 0)
  t.equal(await statusOf(broker, id), 'rejected/cancelled_by_customer')
})

t.test("login CSRF: a victim's browser does not finish what a stranger began", async (t) => {
  const stranger = await setOut({ return_url: RETURN_URL })
  const victim = await setOut({ return_url: RETURN_URL })
  for (const browser of [victim.browser, createBrowser()]) {
    const page = await browser.open(stranger.callbackUrl)
    t.same([seen(page), page.location], [STARTED_ELSEWHERE, null])
  }
  t.match(parametersOf(await victim.browser.open(victim.callbackUrl)), { consent_id: victim.id })
})

t.test("the bank's other parameters decide nothing: where the code goes is a setting", async (t) => {
  const injected = {
    iss: 'https://evil.example',
    token_endpoint: 'https://evil.example/token',
    redirect_uri: 'https://evil.example/',
    client_id: 'evil',
    session_state: 'x',
    access_token: 'x',
    id_token: 'x',
    response: 'x.y.z',
    scope: 'psd2:payment:sepa:write',
  }
  const { browser, state, code, id } = await setOut()
  t.same(seen(await visit(browser, { ...injected, state, code })), GIVEN)
  t.equal(timesSent(code), 1)
  t.notMatch((await getConsent(broker, id)).scopes, ['psd2:payment:sepa:write'])
})

t.test(
  'an error is a word of a list: it is neither shown nor logged, and ends nothing it does not name',
  async (t) => {
    const { browser, state, callbackUrl, id } = await setOut()
    const texts = [
      '<script>alert(1)</script>',
      'x\r\n{"level":"fatal","msg":"forged"}',
      '\u202Edrawkcab',
      '../x',
      '%00',
    ]
    const from = broker.logged.length
    for (const error of texts) {
      const page = await visit(browser, {
        state,
        error,
        error_description: '<b>call 555-0100</b>',
        error_uri: 'https://evil.example/',
      })
      t.same(seen(page), [503, 'It has not worked yet'], JSON.stringify(error))
      t.notMatch(page.text, /alert\(1\)|555-0100|evil\.example|drawkcab/)
    }
    const lines = broker.logged.slice(from)
    t.ok(lines.length >= texts.length)
    t.same(
      lines.filter(
        (line) => /alert|forged|drawkcab|555-0100|evil/.test(line) || line.trimEnd().includes('\n'),
      ),
      [],
    )
    t.equal(await statusOf(broker, id), 'pending')
    t.same(seen(await browser.open(callbackUrl)), GIVEN)
  },
)
