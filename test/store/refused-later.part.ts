import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/core/secret.ts'
import { createStore, isStorageTrouble, openDatabase } from '../../src/store/index.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'

const { url } = await createTestDatabase(t)
const { url: other } = await createTestDatabase(t)
const sql = connectSql(t, other)
const name = new URL(url).pathname.slice(1)

/** A store whose first connection is made by the first call. */
function open(at: string = url) {
  const db = openDatabase({ url: new Secret(at), maxConnections: 1, onError: () => {} })
  t.teardown(() => db.destroy())
  return createStore(db, systemClock)
}

const find = (store: ReturnType<typeof open>) => store.consents.find('0b3f6f0c-5f0e-4d4c-9d7e-0f8f5a1f2c11')

t.test('a database that takes no connections for a while', async (t) => {
  await sql(`alter database ${name} with allow_connections false`)
  await t.rejects(find(open()), { code: 'storage_unavailable', cause: { code: '55000' } })
  await sql(`alter database ${name} with allow_connections true`)
})

t.test('a database that is another for a while, as in a restore', async (t) => {
  await sql(`alter database ${name} rename to ${name}_aside`)
  await t.rejects(find(open()), { code: 'storage_unavailable', cause: { code: '3D000' } })
  await sql(`alter database ${name}_aside rename to ${name}`)
})

t.test('a login that is refused for a while, as while a password is changed', async (t) => {
  const at = new URL(url)
  at.password = 'changed'
  await t.rejects(find(open(at.href)), { code: 'storage_unavailable', cause: { code: '28P01' } })
})

t.test('a server without TLS where it is asked for', async (t) => {
  const at = new URL(url)
  at.searchParams.set('sslmode', 'verify-full')
  await t.rejects(find(open(at.href)), { code: 'storage_unavailable' })
})

t.test('a certificate of the server that has expired', async (t) => {
  t.ok(isStorageTrouble(Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' })))
  t.notOk(isStorageTrouble(Object.assign(new Error('ours'), { code: 'ERR_INVALID_ARG_TYPE' })))
})
