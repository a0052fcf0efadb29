import { systemClock } from '../../src/clock.ts'
import { type RekeyInput, rekey } from '../../src/core/rekey.ts'
import { Secret } from '../../src/core/secret.ts'
import { createLogger } from '../../src/logger.ts'
import { startRefresher } from '../../src/refresher/index.ts'
import { createHousekeeping } from '../../src/store/housekeeping.ts'
import { createStore, type Database, openDatabase } from '../../src/store/index.ts'
import { createSealedTables } from '../../src/store/rekey.ts'
import { createVault, readKeyRing, sealedPrefix } from '../../src/vault/index.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { queryOnce } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { NEW, OLD, writeRings } from './rings.ts'
import { kidsInUse, sealedByKid } from './stored.ts'

const ROWS = 9
const WINDOW_ROWS = 4

async function createScene(test: Pick<typeof t, 'testdir' | 'teardown'>) {
  const { url } = await createTestDatabase(test)
  const rings = await writeRings(test)
  const db = openDatabase({ url: new Secret(url), maxConnections: 2, onError: () => {} })
  test.teardown(() => db.destroy())
  for (let row = 0; row < ROWS; row += 1) await importChain(db, createVault(readKeyRing(rings.old)))
  const tables = createSealedTables(db, {
    sealing: { kid: NEW, prefix: sealedPrefix(NEW) },
    windowRows: WINDOW_ROWS,
  })
  const input: RekeyInput = {
    vault: createVault(readKeyRing(rings.front)),
    clock: { sleep: async () => {} },
    tables,
    onProgress: () => {},
    isInterrupted: () => false,
  }
  return { url, db, input, tokens: tables.find(({ name }) => name === 'consent_tokens')! }
}

async function importChain(db: Database, vault: ReturnType<typeof createVault>): Promise<void> {
  const id = crypto.randomUUID()
  const sealFor = (chain: number) =>
    vault.seal(new Secret(`token of ${id}`), {
      consentId: id,
      field: 'refresh_token',
      version: `${chain}.1`,
    })
  await createStore(db, systemClock).consents.importChain({
    consent: {
      ...{ id, bank: 'abnamro', status: 'pending', requestedScopes: [], owner: 'ledger', grantedTo: [] },
      ...{ customerReference: null, transactionId: null, bankBrand: null, confirm: false, metadata: {} },
      ...{ bindUserAgent: true, createdAt: new Date(), expiresAt: new Date(Date.now() + 86_400_000) },
    },
    actor: 'ops',
    onExisting: false,
    tokenDigest: id,
    refreshToken: sealFor,
  })
}

t.test('every ciphertext under a key begins with its prefix, and no other', async (t) => {
  const rings = await writeRings(t)
  const vault = createVault(readKeyRing(rings.new))
  for (const field of ['iban', 'access_token', 'stored_answer'] as const) {
    const binding = { consentId: crypto.randomUUID(), field, version: '1' }
    const sealed = await vault.seal(new Secret('x'), binding)
    t.ok(sealed.startsWith(sealedPrefix(NEW)))
    for (const kid of [OLD, '2027-0', '2027-055', 'ä"\\', '']) t.notOk(sealed.startsWith(sealedPrefix(kid)))
  }
})

t.test('an interrupted run leaves whole rows, and the next one goes on', async (t) => {
  const { url, input } = await createScene(t)
  let interrupted = false
  const first = await rekey({
    ...input,
    onProgress: ({ resealed }) => {
      interrupted = resealed > 0
    },
    isInterrupted: () => interrupted,
  })
  t.match(first, { outcome: 'interrupted', resealed: { consent_tokens: WINDOW_ROWS } })
  t.strictSame(await sealedByKid(url), {
    'consent_tokens.refresh_token': { [OLD]: ROWS - WINDOW_ROWS, [NEW]: WINDOW_ROWS },
  })

  const second = await rekey(input)
  t.match(second, { outcome: 'complete', resealed: { consent_tokens: ROWS - WINDOW_ROWS } })
  t.strictSame(await kidsInUse(url), [NEW])
})

t.test('a look reads each row once, in windows', async (t) => {
  const { input } = await createScene(t)
  await rekey(input)
  const seen: number[] = []
  await rekey({
    ...input,
    onProgress: ({ table, seen: count, resealed }) => {
      if (table === 'consent_tokens') seen.push(count)
      t.equal(resealed, 0, 'what is done is not done again')
    },
  })
  t.strictSame(seen, [4, 8, 9])
})

t.test('a pair that was rotated after it was read is left alone', async (t) => {
  const { url, input, tokens } = await createScene(t)
  const rotated = `eyJ.new.pair.of.rotation`
  const replace: typeof tokens.replace = async (rows) => {
    await queryOnce(
      url,
      'update consent_tokens set refresh_token = $1, version = version + 1 where consent_id = $2',
      [rotated, rows[0]?.key.consent_id],
    )
    return tokens.replace(rows)
  }
  let windows = 0
  const { resealed } = await rekey({
    ...input,
    tables: [{ ...tokens, replace }],
    onProgress: () => {
      windows += 1
    },
    isInterrupted: () => windows > 0,
  })
  t.strictSame(resealed, { consent_tokens: WINDOW_ROWS - 1 })
  const kept = await queryOnce(url, 'select version from consent_tokens where refresh_token = $1', [rotated])
  t.strictSame(kept, [{ version: 2 }])
})

t.test('a row that is locked is not waited for, and met on the next look', async (t) => {
  const { url, db, input } = await createScene(t)
  const looks: number[] = []
  const result = await db.transaction().execute(async (tx) => {
    const locked = await tx
      .selectFrom('consent_tokens')
      .select('consent_id')
      .orderBy('consent_id')
      .limit(1)
      .forUpdate()
      .execute()
    t.equal(locked.length, 1)
    const blocked = await rekey({ ...input, clock: { sleep: async () => void looks.push(1) } })
    t.equal(blocked.outcome, 'still_sealing', 'it never ends as complete while a row is left')
    return blocked
  })
  t.match(result.resealed, { consent_tokens: ROWS - 1 })
  t.equal(looks.length, 4)
  t.match(await rekey(input), { outcome: 'complete', resealed: { consent_tokens: 1 } })
  t.strictSame(await kidsInUse(url), [NEW])
})

t.test('what cannot be opened is named, and keeps the old key in the ring', async (t) => {
  const { url, input } = await createScene(t)
  const [{ consent_id: id } = { consent_id: '' }] = await queryOnce(
    url,
    'update consent_tokens set version = 7 where consent_id = (select consent_id from consent_tokens limit 1) returning consent_id',
  )
  const result = await rekey(input)
  t.match(result, {
    outcome: 'unreadable',
    resealed: { consent_tokens: ROWS - 1 },
    unreadable: [
      { table: 'consent_tokens', consentId: id, field: 'refresh_token', problem: /sealed for another/ },
    ],
  })
  t.equal(result.unreadable.length, 1)
})

t.test('a service registers its key while a re-keying looks, by chance or in trouble', async (t) => {
  const waits: number[] = []
  const idle = new AbortController()
  const refresher = startRefresher({
    broker: {
      startDue: async () => 0,
      slotFreed: () => new Promise(() => {}),
      tendGate: () => new Promise(() => {}),
      keepHouse: async () => {},
      deliverWebhooks: () => new Promise(() => {}),
    },
    clock: {
      ...systemClock,
      chance: () => 0.999_999,
      sleep: async (ms) => {
        waits.push(ms)
        await systemClock.sleep(60_000, idle.signal)
      },
    },
    log: createLogger({ level: 'silent' }),
    liveness: { watch: () => ({ turned: () => {}, ended: () => {} }) },
    rotates: false,
    pollMs: 200,
    housekeepingMs: 5_000,
  })
  await waitFor('house to be kept', () => waits.length > 0)
  t.ok(
    waits.every((ms) => ms <= 5_000),
    `it looks for six seconds; house is kept again after ${waits} ms`,
  )
  idle.abort()
  void refresher.stop()

  const { db } = await createScene(t)
  await db.schema.dropTable('authorizations').cascade().execute()
  const registered: Date[] = []
  const housekeeping = createHousekeeping(db, { keep: async (now) => void registered.push(now) })
  await t.rejects(
    housekeeping.run({ now: new Date(), salvageWaitMs: null, codeTtlMs: 1, retentionMs: null, limit: 1 }),
  )
  t.equal(registered.length, 1, 'whatever else fails')
})
