import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { chainOf, EXCHANGE } from '../flow/helpers.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, SCOPES, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf, getConsent, getToken } from '../support/consents.ts'
import { startMain } from '../support/main-process.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t)
const { bank } = world
const sent = await recordTokenRequests(world.bankUrl)
const broker = await world.startBroker({ BANK_TOKEN_ENDPOINT: `${sent.base}/as/token.oauth2` })
const sql = connectSql(t, world.databaseUrl)
const MASKED = 'NL62ABNA******1479'
const [FIRST = '', SECOND = ''] = SCOPES

const REFRESH_FORM = 'client_id grant_type refresh_token'
const EXCHANGE_FORM = 'client_id code code_verifier grant_type redirect_uri'

t.beforeEach(() => bank.faults.clear())

/** Stands before the token endpoint, and keeps what comes by. */
async function recordTokenRequests(bankUrl: string) {
  const forms: URLSearchParams[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    forms.push(new URLSearchParams(body))
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    const answer = await fetch(`${bankUrl}${request.url}`, { method: 'POST', headers, body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  return { base: `http://127.0.0.1:${port}`, forms }
}

/** Has the bank grant these, by its token answers and by Consent Info. */
function grant(scopes: string, refreshScopes?: string): void {
  const edit = (scope: string) => ({ kind: 'edit', set: { scope } }) as const
  bank.faults.add({ ...EXCHANGE, times: null, when: 'after', action: edit(scopes) })
  if (refreshScopes !== undefined) {
    const refresh = { endpoint: 'token', grantType: 'refresh_token', times: null, when: 'after' } as const
    bank.faults.add({ ...refresh, action: edit(refreshScopes) })
  }
  const action = { kind: 'edit', set: { scopes: refreshScopes ?? scopes } } as const
  bank.faults.add({ endpoint: 'consentinfo', times: null, when: 'after', action })
}

async function narrowings(id: string): Promise<string[][]> {
  const events = await eventsOf(broker, id)
  return events.filter(({ type }) => type === 'consent.scopes_narrowed').map(({ detail }) => detail.missing)
}

/** Rotates a consent's token in the background. */
async function rotate(id: string): Promise<void> {
  const version = async () => {
    const [row] = await sql('select version from consent_tokens where consent_id = $1', [id])
    return row.version
  }
  const before = await version()
  await sql('update consent_tokens set due_at = now() where consent_id = $1', [id])
  await waitFor('the rotation', async () => (await version()) > before)
}

t.test('fewer scopes than asked for, told with the tokens', async (t) => {
  grant(FIRST)
  const id = await activate(broker)
  t.match(await getConsent(broker, id), { status: 'active', scopes: [FIRST], requested_scopes: SCOPES })
  t.equal((await getToken(broker, id)).body.scope, FIRST)
  t.same(await narrowings(id), [[SECOND]], 'and once in the history')
  await rotate(id)
  t.equal((await getToken(broker, id)).body.scope, FIRST, 'an answer without scopes leaves them')
  t.same(await narrowings(id), [[SECOND]])

  bank.faults.clear()
  grant(SECOND)
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await waitFor('the renewal', async () => (await chainOf(sql, id)) === 2)
  t.match(await getConsent(broker, id), { scopes: [SECOND], requested_scopes: SCOPES })
  t.same(await narrowings(id), [[SECOND], [FIRST]], 'other ones are news')

  bank.faults.clear()
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await waitFor('the renewal', async () => (await chainOf(sql, id)) === 3)
  t.match(await getConsent(broker, id), { scopes: SCOPES })
  t.equal((await getToken(broker, id)).body.scope, SCOPES.join(' '))
})

t.test('a renewal of which nothing is told grants what was asked for', async (t) => {
  grant(FIRST)
  const id = await activate(broker)
  bank.faults.clear()
  bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'edit', omit: ['scope'] } })
  bank.faults.add({ endpoint: 'consentinfo', when: 'after', action: { kind: 'edit', omit: ['scopes'] } })
  await createBrowser().consent((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await waitFor('the renewal', async () => (await chainOf(sql, id)) === 2)
  t.match(await getConsent(broker, id), { scopes: SCOPES })
  await waitFor('the cache', async () => (await getToken(broker, id)).body.scope === SCOPES.join(' '))
})

t.test('fewer than before, told with a rotation: Consent Info is asked again', async (t) => {
  const id = await activate(broker)
  t.match(await getConsent(broker, id), { scopes: SCOPES })
  grant(SCOPES.join(' '), FIRST)
  await rotate(id)
  t.equal((await getToken(broker, id)).body.scope, FIRST)
  await waitFor('the consent', async () => (await getConsent(broker, id)).scopes.length === 1)
  t.same(await narrowings(id), [[SECOND]])
})

t.test('the same scopes in another order are no news', async (t) => {
  const id = await activate(broker)
  grant(SCOPES.join(' '), SCOPES.toReversed().join(' '))
  const asked = bank.faults.add({
    endpoint: 'consentinfo',
    times: null,
    action: { kind: 'status', status: 500 },
  })
  await rotate(id)
  await getToken(broker, id)
  t.same(await narrowings(id), [])
  t.equal(asked.struck, 0)
})

t.test('scopes without their prefix are those of the catalogue', async (t) => {
  const scopes = ['psd2:payment:sepa:write', 'psd2:payment:sepa:read']
  bank.faults.add({
    ...EXCHANGE,
    when: 'after',
    action: { kind: 'edit', set: { scope: 'payment:sepa:write payment:sepa:read' } },
  })
  const id = await activate(broker, { scopes, transaction_id: 'payment-1' })
  t.match(await getConsent(broker, id), { scopes })
  t.equal((await getToken(broker, id)).body.scope, scopes.join(' '))
  t.same(await narrowings(id), [])
})

t.test('no refresh names a scope, and every exchange leaves them to the authorization', async (t) => {
  const names = sent.forms.map((form) => [...form.keys()].sort().join(' '))
  t.same(new Set(names), new Set([REFRESH_FORM, EXCHANGE_FORM]))
  t.ok(names.filter((name) => name === REFRESH_FORM).length >= 3)
})

t.test('a consent whose account the bank did not tell in time', async (t) => {
  const silent = bank.faults.add({
    endpoint: 'consentinfo',
    times: null,
    action: { kind: 'status', status: 503 },
  })
  const { id } = await walk(broker)
  await waitFor('it to be asked', () => silent.struck > 0)
  t.match(await getConsent(broker, id), { status: 'active', account: null, scopes: SCOPES })
  t.equal((await getToken(broker, id)).status, 200, 'its token is handed out')
  silent.remove()
  await waitFor('the account', async () => (await getConsent(broker, id)).account)
  t.equal((await sql('select version from consent_tokens where consent_id = $1', [id]))[0].version, 1)
})

t.test('whoever was killed before asking, the next rotation asks', async (t) => {
  const silent = bank.faults.add({ endpoint: 'consentinfo', times: null, action: { kind: 'hang' } })
  const doomed = startMain(t, { ...world.env, PUBLIC_PORT: '0' })
  const { publicUrl } = await doomed.untilReady()
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url, { iban: ACCOUNTS[1] })
  await browser.open(callbackUrl.replace(broker.publicUrl, publicUrl))
  await waitFor('the bank to be asked', () => silent.struck === 1)
  await doomed.kill()
  silent.remove()
  t.match(await getConsent(broker, id), { status: 'active', account: null })
  t.equal((await getToken(broker, id)).status, 200)
  await rotate(id)
  t.equal(await waitFor('the account', async () => (await getConsent(broker, id)).account), MASKED)
})

t.test('an account is found however it is written, and stands nowhere in the clear', async (t) => {
  const written = ['nl62 abna 9999 8414 79', 'NL62ABNA9999841479', ' Nl62abna 9999841479 ']
  for (const iban of written) {
    const { body } = await call(broker, `GET /v1/consents?iban=${encodeURIComponent(iban)}`)
    t.equal(body.items.length, 1, iban)
    t.equal(body.items[0].account, MASKED)
  }
  const tables = await sql(`select tablename as name from pg_tables where schemaname = 'public'`)
  for (const { name } of tables) {
    const rows = await sql(`select to_jsonb(x)::text as row from ${name} x`)
    const clear = rows.filter(({ row }) => row.includes('ABNA9999'))
    t.same(clear, [], name)
  }
  const [row] = await sql('select iban_sealed, iban_hash from consents where iban_masked = $1', [MASKED])
  t.match(row, { iban_sealed: /^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/, iban_hash: /^[\w-]{43}$/ })
})
