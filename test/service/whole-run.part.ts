import { createHash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifierBinding } from '../../src/core/bindings.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { createVault, readKeyRing } from '../../src/vault/index.ts'
import { runAuditVerify, runKeysNew, runRekey } from '../rekey/run-command.ts'
import { createSpoolWorld } from '../spool/fixtures.ts'
import { call } from '../support/api.ts'
import { KEYS, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import type { Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { provokeProblems, rotateAndFail, spoolAnAnswer } from './leave-traces.ts'
import { assertFieldsKnown } from './log-fields.ts'
import { createSecretSearch } from './secret-search.ts'

const IBAN = 'NL12ABNA9999876523'
const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']
const RETURN_URL = 'http://127.0.0.1:9/done'
const isShort = new Set(['spool', 'commands'])

t.test('no secret of a whole run is logged, told, counted, spooled or stored in the clear', async (t) => {
  const world = await createSpoolWorld(t)
  const { bank, databaseUrl, env, sql } = world
  const search = createSecretSearch()
  const { keep } = search
  const ring = join(t.testdir({}), 'keys.json')
  await copyFile(env.ENCRYPTION_KEYS_FILE ?? '', ring)
  const start = () => world.startBroker({ ENCRYPTION_KEYS_FILE: ring, RETENTION: '400d' })
  let broker: TestBroker = await start()
  const logged = [broker.logged]
  const answers: string[] = []
  const printed: string[] = []
  const spooled: string[] = []
  const metrics: string[] = []
  const dumps: string[] = []

  const ask = async (route: string, options: Parameters<typeof call>[2] = {}) => {
    const answer = await call(broker, route, options)
    answers.push(answer.text, JSON.stringify([...answer.headers]))
    return answer
  }

  const on = () => ({ broker, world, keep, ask })
  const consentId = await walkConsent()
  await renewConsent(consentId)
  await askAsClient()
  spooled.push(...(await spoolAnAnswer(on())))
  await rotateAndFail(t, on(), consentId)
  await provokeProblems(on(), consentId)
  await look()
  await changeKey()
  await endAndErase(consentId)
  await look()
  await verifyHistory()
  for (const presentation of bank.ledger.presentations()) keep('refresh token', presentation.refreshToken)
  for (const { code } of bank.ledger.codes()) keep('authorization code', code)
  for (const key of Object.values(KEYS)) keep('caller key', key)
  keep('IBAN', IBAN)
  keep('API key', env.BANK_API_KEY)
  keep('database password', new URL(databaseUrl).password)

  const places = {
    log: logged.flat().join('\n'),
    metrics: metrics.join('\n'),
    answers: answers.join('\n'),
    tables: dumps.join('\n'),
    spool: spooled.join('\n'),
    commands: printed.join('\n'),
  }
  t.ok(search.count() > 40, `${search.count()} secrets looked for`)
  for (const [place, text] of Object.entries(places)) {
    t.ok(text.length > (isShort.has(place) ? 500 : 1_000), `${place}: ${text.length} characters`)
    t.same(search.findIn(text), [], place)
  }
  t.match(
    places.log,
    /"fingerprint":"[0-9a-f]{12}".*"msg":"token handed out"/,
    'the audit line has a keyed hash',
  )
  await assertFieldsKnown(t, logged.flat())
  t.match(places.tables, /NL12ABNA\*+6523/)
  for (const event of [
    'consent.renewed',
    'consent.imported',
    'consent.revoked',
    'consent.erased',
    'rotation.uncertain',
  ])
    t.match(places.tables, event, `the run came to ${event}`)

  /** From start link to token: every secret that a browser sees on the way. */
  async function walkConsent(): Promise<string> {
    const body = { scopes: SCOPES, confirm: true, return_url: RETURN_URL }
    const started = await call(broker, 'POST /v1/consents', {
      body,
      headers: { 'idempotency-key': 'an-order' },
    })
    const { consent, authorization_url: startUrl } = started.body
    const { browser, callback } = await walkLink(consent.id, startUrl)
    const { location } = await browser.open(callback)
    const resultCode = new URL(location ?? '').searchParams.get('result_code')
    keep('result code', resultCode)
    await browser.open(callback)
    await ask(`POST /v1/consents/${consent.id}/confirm`, { body: { result_code: 'not it' } })
    await ask(`POST /v1/consents/${consent.id}/confirm`, { body: { result_code: resultCode } })
    await waitFor('the account', async () => (await ask(`GET /v1/consents/${consent.id}`)).body.account)
    return consent.id
  }

  async function walkLink(id: string, startUrl: string) {
    keep('ticket', startUrl.split('/').at(-1))
    const browser = createBrowser()
    const callback = await browser.walk(startUrl, { iban: IBAN })
    const state = new URL(callback).searchParams.get('state') ?? ''
    keep('state', state)
    for (const value of browser.cookies.values()) keep('cookie', value)
    await keepVerifier(id, state)
    return { browser, callback }
  }

  async function keepVerifier(id: string, state: string): Promise<void> {
    const digest = createHash('sha256').update(state).digest('base64url')
    const [row] = await sql('select code_verifier from authorization_attempts where state_digest = $1', [
      digest,
    ])
    const vault = createVault(readKeyRing(ring))
    keep('verifier', (await vault.open(row.code_verifier as Sealed, verifierBinding(id, digest))).reveal())
  }

  async function renewConsent(id: string): Promise<void> {
    keep('access token', (await getToken(broker, id)).body.access_token)
    const { body } = await call(broker, `POST /v1/consents/${id}/authorizations`, {
      body: { return_url: RETURN_URL },
    })
    const { browser, callback } = await walkLink(id, body.authorization_url)
    const { location } = await browser.open(callback)
    keep('result code', new URL(location ?? '').searchParams.get('result_code'))
  }

  async function askAsClient(): Promise<void> {
    const { body } = await call(broker, 'POST /v1/client-tokens', {
      body: { scope: 'psd2:payment:sepa:write' },
    })
    keep('client token', body.access_token)
  }

  async function run(work: Promise<{ stdout: string; stderr: string; exitCode: number }>, exitCode = 0) {
    const { stdout, stderr, ...ended } = await work
    printed.push(stdout, stderr)
    t.equal(ended.exitCode, exitCode, `${stdout}${stderr}`)
  }

  /** As README tells: append, put in front, re-seal, take out; a restart between. */
  async function changeKey(): Promise<void> {
    const DATABASE_URL = world.directUrl
    const commandEnv = { DATABASE_URL, SPOOL_DIR: world.spoolDir }
    await run(runKeysNew([ring, '--kid', 'next']))
    await run(runKeysNew([ring, '--first', 'next']))
    for (const { k } of JSON.parse(await readFile(ring, 'utf8')).keys) keep('encryption key', k)
    await broker.stop()
    broker = await start()
    logged.push(broker.logged)
    await run(runKeysNew([ring, '--remove', '2026-11'], commandEnv), 1)
    await run(runRekey({ ...commandEnv, ENCRYPTION_KEYS_FILE: ring }))
    await run(runKeysNew([ring, '--remove', '2026-11'], commandEnv))
  }

  async function endAndErase(id: string): Promise<void> {
    keep('access token', (await getToken(broker, id)).body.access_token)
    await ask(`DELETE /v1/consents/${id}`)
    await look()
    await sql(`update consents set ended_at = now() - interval '401 days' where id = $1`, [id])
    await broker.broker.keepHouse()
    t.ok((await ask(`GET /v1/consents/${id}`)).body.erased_at)
    await ask(`POST /v1/consents/${id}/token`, { body: {} })
    await ask(`GET /v1/consents/${id}/events`, { as: 'ops' })
  }

  /** What it tells of a history that is whole, writes down of it, and tells of one that was changed. */
  async function verifyHistory(): Promise<void> {
    const anchors = join(t.testdirName, 'anchors')
    const verify = () => runAuditVerify({ DATABASE_URL: world.directUrl }, '--anchors', anchors)
    await run(verify())
    printed.push(await readFile(anchors, 'utf8'))
    await sql('alter table consent_events disable trigger all')
    await sql(`update consent_events set detail = '{"changed": true}', personal = '{"account": "another"}'`)
    await run(verify(), 1)
  }

  /** What anybody may see of the metrics, and whoever gets hold of the database. */
  async function look(): Promise<void> {
    metrics.push((await call(broker, 'GET /metrics')).text)
    dumps.push(...(await dump(sql)))
  }
})

/** Every row of every table, as text. */
async function dump(sql: Sql): Promise<string[]> {
  const tables = await sql(`select schemaname, tablename from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`)
  const texts: string[] = []
  for (const { schemaname, tablename } of tables) {
    const rows = await sql(`select x::text as text from ${schemaname}.${tablename} x`)
    texts.push(...rows.map(({ text }) => text))
  }
  return texts
}
