import t from 'tap'
import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/core/secret.ts'
import { createStore, openDatabase } from '../../src/store/index.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSession } from '../support/sql.ts'
import { TERMS } from './fixtures.ts'

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
