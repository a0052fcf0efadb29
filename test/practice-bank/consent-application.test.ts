import t from 'tap'
import { walkConsent } from '../../src/practice-bank/index.ts'
import { codeForm, codeOf, openBank, redirectUri, tokenBody } from './helpers.ts'

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
  const account = await visit(flowUrl, { page: logOn.id, customer: 'one-account', decision: 'continue' })
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
  const late = await visit(flowUrl, { page: id, customer: 'one-account', decision: 'continue' })
  t.match(late.page, unavailable)
})

t.test('a form sent twice or out of order ends the walk', async (t) => {
  const { authorizationUrl } = await openBank(t)
  for (const repeat of [{ customer: 'one-account', decision: 'continue' }, { decision: 'authorise' }]) {
    const { flowUrl, visit } = await begin(authorizationUrl())
    const { id } = await visit(flowUrl)
    const next = await visit(flowUrl, { page: id, customer: 'one-account', decision: 'continue' })
    t.equal(next.response.status, 200)
    t.match((await visit(flowUrl, { page: id, ...repeat })).page, unavailable)
    t.match((await visit(flowUrl, { page: next.id, iban: 'NL58ABNA9999142181' })).page, unavailable)
  }
})

t.test('a walk needs its cookie, and a stranger does not end it', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  t.match((await browser('')(flowUrl)).page, unavailable)
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

t.test('the language link shows the same step in the other language', async (t) => {
  const { authorizationUrl, baseUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const english = await visit(flowUrl)
  t.match(english.page, 'Practice bank — not a real bank')
  const href = /<a href="([^"]+)" lang="nl"/.exec(english.page)?.[1] ?? ''
  const dutch = await visit(`${baseUrl}${href.replaceAll('&amp;', '&')}`)
  t.match(dutch.page, '<html lang="nl">')
  t.match(dutch.page, 'Kies welke oefenklant')
  const next = await visit(flowUrl, { page: dutch.id, customer: 'several-accounts', decision: 'continue' })
  t.match(next.page, 'Kies één rekening')
})

t.test('a form without a choice comes back with a message', async (t) => {
  const { authorizationUrl } = await openBank(t)
  const { flowUrl, visit } = await begin(authorizationUrl())
  const logOn = await visit(flowUrl)
  const again = await visit(flowUrl, { page: logOn.id, decision: 'continue' })
  t.match(again.page, 'Make a choice to go on.')
  const account = await visit(flowUrl, { page: again.id, customer: 'one-account', decision: 'continue' })
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
