import { createHash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { verifierBinding } from '../../src/core/bindings.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { createVault, readKeyRing } from '../../src/vault/index.ts'
import { runAuditVerify, runKeysNew, runRekey } from '../rekey/run-command.ts'
import { createSpoolWorld } from '../spool/fixtures.ts'
import { call } from '../support/api.ts'
import { KEYS, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getToken, importActive, untilStatus } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { waitFor } from '../support/wait-for.ts'
import { assertFieldsKnown } from './log-fields.ts'
import { createSecretSearch, formsOf } from './secret-search.ts'

const IBAN = 'NL12ABNA9999876523'
const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']
const RETURN_URL = 'http://127.0.0.1:9/done'
const isShort = new Set(['spool', 'commands'])

t.test('a secret is found in every form', async (t) => {
  const search = createSecretSearch()
  const secret = 'a+secret/of 41?'
  search.keep('it', secret)
  const forms = [
    `x${secret}y`,
    encodeURIComponent(secret),
    ...['', 'a', 'ab', 'abc'].flatMap((before) =>
      ['', 'z', 'zz'].flatMap((after) => {
        const bytes = Buffer.from(`${before}${secret}${after}`)
        return [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
      }),
    ),
  ]
  for (const form of forms) t.strictSame(search.findIn(form), ['it'], form)
  t.strictSame(search.findIn('a secret of 41'), [])
  t.ok(Math.min(...formsOf(secret).map((form) => form.length)) > 12)
})

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

  const consentId = await walkConsent()
  await renewConsent(consentId)
  await askAsClient()
  await spoolAnAnswer()
  await rotateAndFail(consentId)
  await provokeProblems(consentId)
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

  async function askAsClient(): Promise<void> {
    const { body } = await call(broker, 'POST /v1/client-tokens', {
      body: { scope: 'psd2:payment:sepa:write' },
    })
    keep('client token', body.access_token)
  }

  /** The database goes away while the bank answers: the pair lies in a file until it is back. */
  async function spoolAnAnswer(): Promise<void> {
    const { id, grant } = await importActive(broker, bank)
    const { body } = await getToken(broker, id)
    keep('access token', body.access_token)
    const gate = createGate()
    const fault = bank.faults.add({
      ...{ endpoint: 'token', grantId: grant.grant_id, when: 'after', times: 1 },
      action: { kind: 'wait', until: gate.opened },
    })
    const asked = getToken(broker, id, { rejected_token: body.access_token })
    await waitFor('the bank to be asked', () => fault.struck === 1)
    world.proxy.refuse()
    gate.open()
    keep('access token', (await asked).body.access_token)
    keep('refresh token', bank.ledger.currentRefreshToken(grant.grant_id))
    const file = await waitFor('a file in the spool', async () => {
      const files = await world.files()
      return files.find((name) => name.endsWith('.answer'))
    })
    spooled.push(file, await readFile(join(world.spoolDir, file), 'utf8'))
    world.proxy.accept()
    await waitFor('it to be saved', async () => (await world.files()).length === 0)
  }

  async function provokeProblems(id: string): Promise<void> {
    await ask(`POST /v1/consents/${id}/token?token=whatever`, { body: {} })
    await ask('POST /v1/client-tokens', { body: { scope: 'psd2:nonsense' } })
    await ask('GET /v1/consents', { headers: { authorization: 'Bearer unknown' } })
    await ask(`GET /v1/consents/${id}/events`)
    await ask(`GET /v1/consents/${id}/account`)
    await ask(`GET /v1/consents?iban=NL99ABNA0000000000`)
    await ask('GET /v1/status', { as: 'ops' })
    await ask('GET /v1/consents', { as: 'ops' })
    await ask('GET /openapi.json')
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
    const tables = await sql(`select schemaname, tablename from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`)
    for (const { schemaname, tablename } of tables) {
      const rows = await sql(`select x::text as text from ${schemaname}.${tablename} x`)
      dumps.push(...rows.map(({ text }) => text))
    }
  }
})
