import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/core/secret.ts'
import { createBatcher } from '../../src/store/batcher.ts'
import { createStore, openDatabase } from '../../src/store/index.ts'
import { migrateToLatest } from '../../src/store/migrate.ts'
import { t } from '../support/parts.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts'
import { connectSession, connectSql } from '../support/sql.ts'
import { TERMS } from './fixtures.ts'

t.test('of what 0003 left, only pairs that still wait for a verdict get a second presentation', async (t) => {
  const sql = connectSql(t, (await createEmptyDatabase(t)).url)
  const apply = async (name: string) =>
    sql(await readFile(new URL(`../../migrations/${name}.sql`, import.meta.url), 'utf8'))
  for (const name of ['0001_consents', '0002_tokens', '0003_authorizations']) await apply(name)
  const insert = async (status: string, columns: { due: boolean; claimed: boolean }) => {
    const id = randomUUID()
    await sql(
      `insert into consents (id, bank, status, requested_scopes, owner, created_at) values ($1, 'b', $2, '{}', 'o', now())`,
      [id, status],
    )
    await sql(
      `insert into consent_tokens (consent_id, chain, version, refresh_token, obtained_at, access_expires_at, due_at,
         presentations, attempt_id) values ($1, 1, 1, 'r', now(), now(), case when $2 then now() end, 1,
         case when $3 then gen_random_uuid() end)`,
      [id, columns.due, columns.claimed],
    )
    return id
  }
  const parked = await insert('active', { due: true, claimed: false })
  await insert('active', { due: true, claimed: true })
  await insert('reauthorization_required', { due: false, claimed: false })
  await apply('0004_presented_by')
  await apply('0005_gate')
  t.match(await sql('select count(*)::int as n from consent_tokens where attempt_id = presented_by[1]'), [
    { n: 1 },
  ])
  const uncertain = await sql('select consent_id from consent_tokens where uncertain_at is not null')
  t.same(uncertain, [{ consent_id: parked }])
})

t.test('a database whose first migrations held all of 0004 already comes out the same', async (t) => {
  const { url } = await createEmptyDatabase(t)
  await migrateToLatest(url)
  const sql = connectSql(t, url)
  const columns = () =>
    sql(`select table_name, column_name, data_type, column_default from information_schema.columns
      where table_schema = 'public' order by 1, 2`)
  const indexes = () => sql(`select indexdef from pg_indexes where schemaname = 'public' order by 1`)
  const before = [await columns(), await indexes()]
  await sql(await readFile(new URL('../../migrations/0004_presented_by.sql', import.meta.url), 'utf8'))
  t.same([await columns(), await indexes()], before)
})

const never = { failsAlone: () => false }

t.test('calls of one turn share a statement; outputs are in the order of inputs', async (t) => {
  const batches: number[][] = []
  const run = createBatcher<number, number>(async (inputs) => {
    batches.push([...inputs])
    return inputs.map((input) => input * 2)
  }, never)
  t.same(await Promise.all([1, 2, 3].map(run)), [2, 4, 6])
  t.same(batches, [[1, 2, 3]])
})

t.test(
  'what comes while statements are under way goes together into the next; at most two are',
  async (t) => {
    const batches: number[][] = []
    const gates: (() => void)[] = []
    const run = createBatcher<number, number>(async (inputs) => {
      batches.push([...inputs])
      await new Promise<void>((open) => gates.push(open))
      return [...inputs]
    }, never)
    const outputs = []
    for (let input = 0; input < 5; input += 1) {
      outputs.push(run(input))
      await new Promise((resolve) => setImmediate(resolve))
    }
    t.same(batches, [[0], [1]])
    gates[0]?.()
    await outputs[0]
    await new Promise((resolve) => setImmediate(resolve))
    t.same(batches, [[0], [1], [2, 3, 4]])
    for (const open of gates) open()
    t.same(await Promise.all(outputs), [0, 1, 2, 3, 4])
  },
)

t.test('a batch is bounded', async (t) => {
  const sizes: number[] = []
  const run = createBatcher<number, number>(async (inputs) => {
    sizes.push(inputs.length)
    return [...inputs]
  }, never)
  const inputs = Array.from({ length: 450 }, (_, index) => index)
  t.same(await Promise.all(inputs.map(run)), inputs)
  t.equal(Math.max(...sizes), 200)
})

t.test('trouble of the database is told to all, and the next batch runs', async (t) => {
  let fails = true
  const run = createBatcher<number, number>(async (inputs) => {
    if (fails) throw new Error('down')
    return [...inputs]
  }, never)
  const results = await Promise.allSettled([1, 2].map(run))
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  fails = false
  t.equal(await run(3), 3)
})

t.test('an input that fails on its own does not fail the others', async (t) => {
  const run = createBatcher<number, number>(
    async (inputs) => {
      if (inputs.includes(13)) throw new Error('unlucky')
      return [...inputs]
    },
    { failsAlone: () => true },
  )
  const results = await Promise.allSettled([12, 13, 14].map(run))
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.same(
    results.filter((result) => result.status === 'fulfilled').map(({ value }) => value),
    [12, 14],
  )
})

/** A store with one connection, made when it is first used, and a session beside it. */
async function setUp(t: Parameters<typeof connectSession>[0], options: { queryTimeoutMs?: number } = {}) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase({ url: new Secret(url), maxConnections: 1, onError: () => {}, ...options })
  t.teardown(() => db.destroy())
  const store = createStore(db, systemClock)
  t.teardown(() => store.stop())
  return { store, session: connectSession(t, url), name: new URL(url).pathname.slice(1) }
}

t.test('a connection to a server that only reads is not kept', async (t) => {
  const { store, session, name } = await setUp(t)
  const claim = () => store.tokens.claimDue({ ...TERMS, limit: 1 })
  await session(`alter database ${name} set default_transaction_read_only = on`)
  await t.rejects(claim(), { code: 'storage_unavailable', cause: { code: '25006' } })
  await session(`alter database ${name} reset default_transaction_read_only`)
  // The look for the claim in doubt may have opened another connection before the reset.
  await claim().catch(() => {})
  t.same(await claim(), [])
})

t.test('a statement of a transaction that passes its deadline: the storage is unavailable', async (t) => {
  const { store, session } = await setUp(t, { queryTimeoutMs: 200 })
  await session('begin')
  await session('lock table consents in exclusive mode')
  const revoke = () => store.consents.revoke('0b3f6f0c-5f0e-4d4c-9d7e-0f8f5a1f2c11', 'ledger', new Date())
  await t.rejects(revoke(), { code: 'storage_unavailable', cause: { message: 'Query read timeout' } })
  await session('rollback')
  t.same(await revoke(), [])
})
