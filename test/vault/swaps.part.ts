import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import type { SealedValue } from '../../src/core/rekey.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { openDatabase } from '../../src/store/index.ts'
import { createSealedTables } from '../../src/store/rekey.ts'
import { SEALED_COLUMNS } from '../../src/store/sealed-tables.ts'
import { createVault, newKey, parseKeyRing } from '../../src/vault/index.ts'
import { fill, IDEMPOTENCY, STARTED } from '../rekey/fill.ts'
import { call } from '../support/api.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'

const world = await createWorld(t, { env: { TOKEN_CACHE: 'off', REFRESHER: 'off' } })
const { bank } = world
const broker = await world.startBroker({ REFRESHER: 'on' })
const sql = connectSql(t, world.databaseUrl)
const filled = await fill(world, broker, 3)
await broker.stop()
const ring = await readFile(world.env.ENCRYPTION_KEYS_FILE ?? '', 'utf8')
const vault = createVault(parseKeyRing(ring))
const cells = await readCells()

/** Every sealed value of the database, with what its place binds it to. */
async function readCells(): Promise<(SealedValue & { table: string })[]> {
  const db = openDatabase({ url: new Secret(world.databaseUrl), maxConnections: 1, onError: () => {} })
  t.teardown(() => db.destroy())
  // Under a key that has sealed nothing all rows are to be done.
  const tables = createSealedTables(db, { sealing: { kid: 'none', prefix: 'none' } })
  const found = tables.map(async (table) => {
    const { stale } = await table.read(null)
    return stale.flatMap(({ values }) => values.map((value) => ({ ...value, table: table.name })))
  })
  return (await Promise.all(found)).flat()
}

const refusal = (sealed: string, at: SealedValue, by = vault) =>
  by.open(sealed as Sealed, at.binding).then(
    () => 'opened',
    ({ code }: { code: string }) => code,
  )

const cell = fc.nat({ max: cells.length - 1 }).map((index) => cells[index] as (typeof cells)[number])

t.test('there is a value in every sealed column', async (t) => {
  const places = new Set(cells.map(({ table, column }) => `${table}.${column}`))
  const known = SEALED_COLUMNS.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`))
  t.strictSame([...places].sort(), known.sort())
  const bindings = new Set(cells.map(({ binding }) => JSON.stringify(binding)))
  t.equal(bindings.size, cells.length, 'and no two are bound to the same')
})

t.test('moved anywhere else, no value opens: not in another row, column, table or version', async (t) => {
  const moved = fc.asyncProperty(cell, cell, async (from, to) => {
    const expected = from === to ? 'opened' : 'wrong_place'
    return (await refusal(from.sealed, to)) === expected
  })
  await t.resolves(fc.assert(moved, { numRuns: 2_000 }))
  const aged = fc.asyncProperty(cell, fc.string(), async ({ sealed, ...place }, version) => {
    const binding = { ...place.binding, version }
    return (
      version === place.binding.version || (await refusal(sealed, { ...place, sealed, binding })) !== 'opened'
    )
  })
  await t.resolves(fc.assert(aged))
})

t.test('with its header rewritten for the place it was moved to, it does not open either', async (t) => {
  const forged = fc.asyncProperty(cell, cell, async (from, to) => {
    const [header = ''] = to.sealed.split('.')
    const sealed = [header, ...from.sealed.split('.').slice(1)].join('.')
    return (await refusal(sealed, to)) === (from === to ? 'opened' : 'unreadable')
  })
  await t.resolves(fc.assert(forged, { numRuns: 1_000 }))
})

t.test('with a bit changed, anywhere, none opens', async (t) => {
  const flipped = fc.asyncProperty(cell, fc.nat(), fc.integer({ min: 0, max: 6 }), async (at, nth, bit) => {
    const bytes = Buffer.from(at.sealed, 'latin1')
    const place = nth % bytes.length
    bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
    return (await refusal(bytes.toString('latin1'), at)) !== 'opened'
  })
  await t.resolves(fc.assert(flipped, { numRuns: 2_000 }))
})

t.test('no other key of a ring opens it, whatever it is called', async (t) => {
  const [{ kid }] = parseKeyRing(ring).keys
  const ringWith = (...keys: object[]) => createVault(parseKeyRing(JSON.stringify({ keys })))
  const renamed = ringWith(newKey(kid))
  const others = ringWith(newKey('other'), newKey('another'))
  const property = fc.asyncProperty(cell, async (at) => {
    const codes = [await refusal(at.sealed, at, renamed), await refusal(at.sealed, at, others)]
    return codes.join() === 'unreadable,unknown_key'
  })
  await t.resolves(fc.assert(property))
})

const defects = (at: TestBroker, text: string) =>
  at.logged.filter((line) => line.includes('"level":"error"') && line.includes(text)).length

t.test('what was moved in the database is handed out to nobody, and presented to no bank', async (t) => {
  const served = await world.startBroker()
  const [victim = ''] = filled.resting
  const [own] = await sql('select * from consent_tokens where consent_id = $1', [victim])
  const tokens = cells.filter(({ table }) => table === 'consent_tokens' || table === 'staged_tokens')
  const foreign = tokens.filter(({ binding }) => binding.consentId !== victim)
  const presented = bank.ledger.presentations().length
  const anyForeign = fc.nat({ max: foreign.length - 1 }).map((index) => foreign[index]?.sealed ?? '')
  const swap = fc.asyncProperty(anyForeign, anyForeign, async (access, refresh) => {
    const before = defects(served, 'access token cannot be opened')
    await sql(
      `update consent_tokens set access_token = $2, refresh_token = $3, retry_at = null, consecutive_failures = 0
       where consent_id = $1`,
      [victim, access, refresh],
    )
    const answer = await getToken(served, victim)
    const told = defects(served, 'access token cannot be opened') > before
    return answer.status === 503 && answer.body.code === 'bank_unavailable' && told
  })
  await t.resolves(fc.assert(swap, { numRuns: 25 }))
  t.ok(defects(served, 'refresh token cannot be opened') > 0)
  t.equal(bank.ledger.presentations().length, presented, 'nothing was presented')

  // Of its own, but another field or an earlier version.
  for (const [access, refresh] of [
    [own.refresh_token, own.access_token],
    [own.access_token, own.access_token],
  ]) {
    await sql(
      `update consent_tokens set access_token = $2, refresh_token = $3, retry_at = null, version = version + $4
       where consent_id = $1`,
      [victim, access, refresh, access === own.access_token ? 1 : 0],
    )
    t.match(await getToken(served, victim), { status: 503, body: { code: 'bank_unavailable' } })
  }
  t.equal(bank.ledger.presentations().length, presented)

  await sql(
    `update consent_tokens set access_token = $2, refresh_token = $3, version = $4, retry_at = null where consent_id = $1`,
    [victim, own.access_token, own.refresh_token, own.version],
  )
  t.equal((await getToken(served, victim)).status, 200, 'put back, it is served')
  await served.stop()
})

t.test(
  'a verifier, a result code and a kept answer that were moved are a defect, and give nothing away',
  async (t) => {
    const served = await world.startBroker()
    const codes = bank.ledger.codes().length
    const ticketOf = (body: string) => body.includes('/start/')

    await sql('update idempotency_keys set consent_id = $1', [filled.staged])
    const replayed = await fetch(new URL('/v1/consents', served.internalUrl), {
      method: 'POST',
      headers: {
        ...IDEMPOTENCY,
        authorization: 'Bearer ledger-key-3f9d2b',
        'content-type': 'application/json',
      },
      body: JSON.stringify(STARTED),
    })
    const text = await replayed.text()
    t.match([replayed.status, JSON.parse(text).code], [500, 'internal_error'])
    t.notOk(ticketOf(text))

    const { body } = await call(served, 'POST /v1/consents', { body: STARTED })
    const browser = createBrowser()
    const callback = await browser.walk(body.authorization_url)
    const id = body.consent.id
    const [foreign] = cells.filter(({ column }) => column === 'code_verifier')
    await sql(
      `update authorization_attempts set code_verifier = $2 where authorization_id =
       (select id from authorizations where consent_id = $1)`,
      [id, foreign?.sealed],
    )
    const page = await browser.open(callback)
    t.equal(page.status, 500)
    t.equal(bank.ledger.codes().length, codes, 'no code was sent with it')

    const other = cells.find(
      ({ column, binding }) => column === 'result_code' && binding.consentId !== filled.finished.id,
    )
    await sql('update authorizations set result_code = $2 where consent_id = $1', [
      filled.finished.id,
      other?.sealed,
    ])
    t.equal(await filled.finished.reload(), null, 'nobody is sent on with the code of another')
    t.equal(defects(served, 'request failed'), 3)
  },
)
