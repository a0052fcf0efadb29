import { practiceCustomers, walkConsent } from '../../src/practice-bank/index.ts'
import { t } from '../support/parts.ts'
import { codeForm, codeOf, openBank, redirectUri, tokenBody } from './helpers.ts'
import { openPaymentBank, order } from './open-payment-bank.ts'

const [several, one] = practiceCustomers.map(({ id, code }) => ({ customer: id, code, decision: 'continue' }))
const unavailable = 'The page you are trying to access is no longer available'

/** Sends a request with the flow's cookie, as the customer's browser would. */
function browser(cookie: string) {
  return async (url: string, form?: Record<string, string>) => {
    const post = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const response = await fetch(url, { headers: { cookie }, redirect: 'manual', ...post })
    const page = await response.text()
    return { response, page, id: /name="page" value="([^"]+)"/.exec(page)?.[1] ?? '' }
  }
}

async function begin(authorizationUrl: string) {
  const response = await fetch(authorizationUrl, { redirect: 'manual' })
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  const flowUrl = new URL(response.headers.get('location') ?? '', authorizationUrl).href
  return { flowUrl, cookie, visit: browser(cookie) }
}

t.test('the walk ends with a code and the state', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const callback = await walkConsent(authorizationUrl({ state: 'a b&c' }))
  t.match(callback, /^http:\/\/127\.0\.0\.1:8081\/callback\?code=[\w-]{40}&state=a\+b%26c$/)
})

t.test('the chosen account is the one of the consent', async (t) => {
  const { authorizationUrl, token, consentInfo } = await openBank(t)
  const callback = await walkConsent(authorizationUrl(), { iban: 'NL62ABNA9999841479' })
  const { access_token } = await tokenBody(await token(codeForm(codeOf(callback))))
  t.match(await (await consentInfo(access_token)).json(), { iban: 'NL62ABNA9999841479' })
})

t.test('a customer who cancels comes back as a server_error, from every step', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const expected = `${redirectUri}?error_description=Unexpected+Runtime+Authn+Adapter+Integration+Problem.&state=state-1&error=server_error#`
  t.equal(await walkConsent(authorizationUrl(), { decision: 'cancel' }), expected)

  const { flowUrl, visit } = await begin(authorizationUrl())
  const logOn = await visit(flowUrl)
  const account = await visit(flowUrl, { page: logOn.id, ...one })
  const last = await visit(flowUrl, { page: account.id, iban: 'NL58ABNA9999142181', decision: 'continue' })
  const { response } = await visit(flowUrl, { page: last.id, decision: 'cancel' })
  t.equal(response.headers.get('location'), expected)
})

t.test('a customer without a current account comes back as access_denied', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const callback = await walkConsent(authorizationUrl({ state: undefined }), { customer: 'no-account' })
  t.equal(callback, `${redirectUri}?error=access_denied#`)
})

t.test('a reload ends the walk for good', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const { id } = await visit(flowUrl)
  const reload = await visit(flowUrl)
  t.equal(reload.response.status, 410)
  t.match(reload.page, unavailable)
  const late = await visit(flowUrl, { page: id, ...one })
  t.match(late.page, unavailable)
})

t.test('a form sent twice or out of order ends the walk', async (t) => {
  const { authorizationUrl } = await openBank(t)
  for (const repeat of [one, { decision: 'authorise' }]) {
    const { flowUrl, visit } = await begin(authorizationUrl())
    const { id } = await visit(flowUrl)
    const next = await visit(flowUrl, { page: id, ...one })
    t.equal(next.response.status, 200)
    t.match((await visit(flowUrl, { page: id, ...repeat })).page, unavailable)
    t.match((await visit(flowUrl, { page: next.id, iban: 'NL58ABNA9999142181' })).page, unavailable)
  }
})

t.test('a walk needs its cookie, and a stranger does not end it', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const stranger = await browser('')(flowUrl)
  t.match(stranger.page, unavailable)
  t.match(stranger.page, 'Your browser did not send our cookie.')
  t.match((await browser(`PF=${'x'.repeat(22)}`)(flowUrl)).page, unavailable)
  t.equal((await visit(flowUrl)).response.status, 200)
})

t.test('a walk left alone is gone after a quarter of an hour', async (t) => {
  const { authorizationUrl, clock } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  clock.nowMs += 15 * 60_000
  t.match((await visit(flowUrl)).page, unavailable)
})

t.test('one browser can walk twice at once', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const first = await begin(authorizationUrl())
  const second = await fetch(authorizationUrl(), { headers: { cookie: first.cookie }, redirect: 'manual' })
  const secondUrl = new URL(second.headers.get('location') ?? '', first.flowUrl).href
  t.equal((await first.visit(first.flowUrl)).response.status, 200)
  t.equal((await first.visit(secondUrl)).response.status, 200)
})

t.test('the language switch shows the same step in the other language, with what was typed', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const english = await visit(flowUrl)
  t.match(english.page, 'Practice bank — not a real bank')
  const typed = { customer: 'one-account', code: '5926 "&' }
  const dutch = await visit(flowUrl, { page: english.id, ...typed, language: 'nl' })
  t.match(dutch.page, '<html lang="nl">')
  t.equal(dutch.response.headers.get('content-language'), 'nl')
  t.match(dutch.page, 'Kies welke oefenklant')
  t.match(dutch.page, 'value="one-account" checked')
  t.match(dutch.page, 'value="5926 &quot;&amp;"')
  const next = await visit(flowUrl, { page: dutch.id, ...several })
  t.match(next.page, 'Kies één rekening')
  const chosen = { iban: 'NL62ABNA9999841479', language: 'en' }
  const back = await visit(flowUrl, { page: next.id, ...chosen })
  t.match(back.page, 'Choose one account')
  t.match(back.page, 'value="NL62ABNA9999841479" checked')
})

t.test('the language is the one the browser likes best', async (t) => {
  const { authorizationUrl } = await openBank(t)
  for (const [header, lang] of [
    ['nl-BE,nl;q=0.9,en;q=0.8', 'nl'],
    ['de,nl;q=0.7,en;q=0.3', 'nl'],
    ['en-US,en,nl', 'en'],
    ['nl;q=0.2,en;q=0.9', 'en'],
    ['nl;q=0', 'en'],
    ['q=;;,,;q=x', 'en'],
    ['', 'en'],
  ] as const) {
    const headers = { 'accept-language': header }
    const page = await (await fetch(authorizationUrl({ client_id: 'x' }), { headers })).text()
    t.match(page, `<html lang="${lang}">`, header)
  }
})

t.test('a code may be written in groups; a wrong one is asked for again, three end it', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const spaced = await begin(authorizationUrl())
  const first = await spaced.visit(spaced.flowUrl)
  const { page } = await spaced.visit(spaced.flowUrl, { page: first.id, ...one, code: '5926 3184' })
  t.match(page, 'Check the requested access')

  const { flowUrl, visit } = await begin(authorizationUrl())
  let shown = await visit(flowUrl)
  const logOn = async (code: string) => {
    shown = await visit(flowUrl, { page: shown.id, ...one, code })
    return shown
  }
  t.match((await logOn('')).page, 'Enter the code from your card reader.')
  t.match((await logOn('40712836')).page, 'You can try 2 more times.', 'the code of another customer')
  t.match(shown.page, 'value="one-account" checked')
  t.match((await logOn('1')).page, 'You can try one more time.')
  const stopped = await logOn('12345678')
  t.match(stopped.page, 'Logging on has been stopped')
  t.equal(stopped.response.status, 403)
  t.match((await logOn('59263184')).page, 'Logging on has been stopped', 'the right code comes too late')
  const { response } = await visit(flowUrl, { page: shown.id, decision: 'cancel' })
  t.match(response.headers.get('location'), /error=server_error#$/)
})

t.test('another account can be chosen before the end', async (t) => {
  const { authorizationUrl, token, consentInfo } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const logOn = await visit(flowUrl)
  const account = await visit(flowUrl, { page: logOn.id, ...several })
  t.notMatch(account.page, ' checked')
  const last = await visit(flowUrl, { page: account.id, iban: 'NL12ABNA9999876523' })
  const again = await visit(flowUrl, { page: last.id, decision: 'back' })
  t.match(again.page, 'value="NL12ABNA9999876523" checked')
  const other = await visit(flowUrl, { page: again.id, iban: 'NL62ABNA9999841479' })
  const { response } = await visit(flowUrl, { page: other.id, decision: 'authorise' })
  const code = codeOf(response.headers.get('location') ?? '')
  const { access_token } = await tokenBody(await token(codeForm(code)))
  t.match(await (await consentInfo(access_token)).json(), { iban: 'NL62ABNA9999841479' })
})

t.test('a payment order is shown by its reference, and as far as the bank knows it', async (t) => {
  const recurrence = { frequency: 'Monthly', startDate: '2026-02-01', endDate: null }
  const single = await openPaymentBank(t)
  const standing = await openPaymentBank(t, { ...order, remittance: null, recurrence })
  for (const [url, shown, hidden] of [
    [
      single(),
      ['€1,234.50', 'Meelfabriek &lt;Zwart&gt; &amp; Zn', 'Factuur', '24 December 2026'],
      'How often',
    ],
    [standing(), ['Every month', '1 February 2026', '€1,234.50'], 'Description'],
    [single('1000A0000000000S0PD'), ['1000A0000000000S0PD'], '€'],
  ] as const) {
    const { flowUrl, visit } = await begin(url)
    const account = await visit(flowUrl, { page: (await visit(flowUrl)).id, ...one })
    t.match(account.page, 'Check the payment order')
    t.match(account.page, 'Choose the account to pay from')
    const last = await visit(flowUrl, { page: account.id, iban: 'NL58ABNA9999142181' })
    for (const text of shown) for (const { page } of [account, last]) t.match(page, text)
    t.notMatch(account.page, hidden)
  }
})

t.test('a form without a choice comes back with a message', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const logOn = await visit(flowUrl)
  const again = await visit(flowUrl, { page: logOn.id, code: one?.code ?? '', decision: 'continue' })
  t.match(again.page, 'Make a choice to go on.')
  const account = await visit(flowUrl, { page: again.id, ...one })
  const foreign = await visit(flowUrl, {
    page: account.id,
    iban: 'NL12ABNA9999876523',
    decision: 'continue',
  })
  t.match(foreign.page, 'Make a choice to go on.')
})

t.test('the walk helper says why it cannot go on', async (t) => {
  const { authorizationUrl } = await openBank(t)
  await t.rejects(walkConsent(authorizationUrl({ client_id: 'x' })), /This request cannot be handled \(400\)/)
  await t.rejects(walkConsent(authorizationUrl(), { customer: 'nobody' }), /would not go on: Log on/)
})
