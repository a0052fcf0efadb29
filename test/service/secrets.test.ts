import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { verifierBinding } from '../../src/core/bindings.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { createVault, readKeyRing } from '../../src/vault/index.ts'
import { call } from '../support/api.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getToken, importActive, untilStatus } from '../support/consents.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const IBAN = 'NL12ABNA9999876523'
const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']

t.test('no secret of a whole flow is logged, told, counted or stored in the clear', async (t) => {
  const { bank, databaseUrl, env, startBroker } = await createWorld(t)
  const broker = await startBroker()
  const sql = connectSql(t, databaseUrl)
  const secrets = new Map<string, string>()
  const keep = (name: string, value: string | null | undefined) => {
    if (!value) throw new Error(`no ${name} was seen`)
    secrets.set(value, name)
  }
  const answers: string[] = []
  const ask = async (route: string, options: Parameters<typeof call>[2] = {}) => {
    const answer = await call(broker, route, options)
    answers.push(answer.text, JSON.stringify([...answer.headers]))
    return answer
  }

  const consentId = await walkConsent()
  await rotateAndFail(consentId)
  await provokeProblems(consentId)
  for (const presentation of bank.ledger.presentations()) keep('refresh token', presentation.refreshToken)
  for (const { code } of bank.ledger.codes()) keep('authorization code', code)
  for (const key of Object.values(KEYS)) keep('caller key', key)
  const { keys } = JSON.parse(await readFile(env.ENCRYPTION_KEYS_FILE ?? '', 'utf8'))
  keep('encryption key', keys[0].k)
  keep('IBAN', IBAN)
  keep('API key', env.BANK_API_KEY)
  keep('database password', new URL(databaseUrl).password)

  const places = {
    log: broker.logged.join('\n'),
    metrics: (await call(broker, 'GET /metrics')).text,
    answers: answers.join('\n'),
    tables: await dumpTables(),
  }
  t.ok(secrets.size > 20, `${secrets.size} secrets looked for`)
  for (const [place, text] of Object.entries(places)) {
    t.ok(text.length > 1_000, `${place}: ${text.length} characters`)
    const found = [...secrets].filter(([secret]) => text.includes(secret)).map(([, name]) => name)
    t.same(found, [], place)
  }
  t.match(places.log, /"fingerprint":"[0-9a-f]{12}"/, 'the audit line has a keyed hash')
  t.match(places.tables, /NL12ABNA\*+6523/)

  /** From start link to token: every secret that a browser sees on the way. */
  async function walkConsent(): Promise<string> {
    const body = { scopes: SCOPES, confirm: true, return_url: 'http://127.0.0.1:9/done' }
    const started = await call(broker, 'POST /v1/consents', {
      body,
      headers: { 'idempotency-key': 'an-order' },
    })
    const { consent, authorization_url: startUrl } = started.body
    keep('ticket', startUrl.split('/').at(-1))
    const browser = createBrowser()
    const callback = new URL(await browser.walk(startUrl, { iban: IBAN }))
    keep('state', callback.searchParams.get('state'))
    for (const value of browser.cookies.values()) keep('cookie', value)
    await keepVerifier(consent.id, callback.searchParams.get('state') ?? '')
    const { location } = await browser.open(callback.href)
    const resultCode = new URL(location ?? '').searchParams.get('result_code')
    keep('result code', resultCode)
    await browser.open(callback.href)
    await ask(`POST /v1/consents/${consent.id}/confirm`, { body: { result_code: 'not it' } })
    await ask(`POST /v1/consents/${consent.id}/confirm`, { body: { result_code: resultCode } })
    await waitFor('the account', async () => (await ask(`GET /v1/consents/${consent.id}`)).body.account)
    return consent.id
  }

  async function keepVerifier(id: string, state: string): Promise<void> {
    const digest = createHash('sha256').update(state).digest('base64url')
    const [row] = await sql('select code_verifier from authorization_attempts where state_digest = $1', [
      digest,
    ])
    const vault = createVault(readKeyRing(env.ENCRYPTION_KEYS_FILE ?? ''))
    keep('verifier', (await vault.open(row.code_verifier as Sealed, verifierBinding(id, digest))).reveal())
  }

  /** Each outcome leaves its traces: rotated, refused, ours, uncertain with an answer kept. */
  async function rotateAndFail(id: string): Promise<void> {
    keep('access token', (await getToken(broker, id)).body.access_token)
    const { body } = await getToken(broker, id)
    keep(
      'access token',
      (await getToken(broker, id, { rejected_token: body.access_token })).body.access_token,
    )
    const actions = [
      { kind: 'edit', truncateTo: 120 },
      { kind: 'status', status: 500, body: 'oops' },
      { kind: 'status', status: 401, body: { error: 'invalid_client' } },
    ] as const
    for (const action of actions) {
      const { id: struck, grant } = await importActive(broker, bank)
      keep('access token', grant.access_token)
      keep('refresh token', grant.refresh_token)
      keep('refresh token', bank.ledger.currentRefreshToken(grant.grant_id))
      bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
      await sql('update consent_tokens set access_expires_at = now() where consent_id = $1', [struck])
      t.equal((await getToken(broker, struck)).status, 503)
      keep('refresh token', bank.ledger.currentRefreshToken(grant.grant_id))
      await ask(`GET /v1/consents/${struck}/events`, { as: 'ops' })
    }
    const refused = await importActive(broker, bank)
    bank.revokeConsent({ grantId: refused.grant.grant_id })
    await sql('update consent_tokens set due_at = now() where consent_id = $1', [refused.id])
    await untilStatus(broker, refused.id, 'reauthorization_required')
  }

  async function provokeProblems(id: string): Promise<void> {
    await ask(`POST /v1/consents/${id}/token?token=whatever`, { body: {} })
    await ask('POST /v1/client-tokens', { body: { scope: 'psd2:nonsense' } })
    await ask('GET /v1/consents', { headers: { authorization: 'Bearer unknown' } })
    await ask(`GET /v1/consents/${id}/events`)
    await ask(`GET /v1/consents?iban=NL99ABNA0000000000`)
    await ask('GET /v1/status', { as: 'ops' })
    await ask('GET /v1/consents', { as: 'ops' })
    await ask('GET /openapi.json')
    await ask(`DELETE /v1/consents/${id}`)
  }

  async function dumpTables(): Promise<string> {
    const tables = await sql(`select tablename from pg_tables where schemaname = 'public'`)
    const texts = tables.map(({ tablename }) => sql(`select x::text as text from ${tablename} x`))
    return (await Promise.all(texts))
      .flat()
      .map(({ text }) => text)
      .join('\n')
  }
})
