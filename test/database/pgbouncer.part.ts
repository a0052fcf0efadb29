import { sql } from 'kysely'
import pg from 'pg'
import { Secret } from '../../src/core/secret.ts'
import { openDatabase, refusedLogin } from '../../src/store/index.ts'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importConsents } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { startPgBouncer, WITHOUT_PGBOUNCER } from '../support/pgbouncer.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const CONSENTS = 60
const LATE_MS = 300

if (WITHOUT_PGBOUNCER !== null) t.comment(`skipped: ${WITHOUT_PGBOUNCER}`)
else await throughPgBouncer()

/** Fewer sessions at the server than any of the brokers would use, and each of them shared by all. */
async function throughPgBouncer(): Promise<void> {
  const { url } = await createEmptyDatabase(t)
  const pooler = await startPgBouncer(t, url, { default_pool_size: '3' })
  const world = await createWorld(t, { databaseUrl: url, env: { DATABASE_URL: pooler.through(url) } })
  const direct = connectSql(t, url)
  // Side by side on an empty database: both would migrate it.
  const [first, second] = await Promise.all([
    world.startBroker({ DATABASE_LISTEN_URL: url, REFRESHER: 'off' }),
    world.startBroker({
      PUBLIC_PORT: '0',
      DATABASE_LISTEN_URL: pooler.through(url),
      DATABASE_NAMED_STATEMENTS: 'off',
    }),
  ])
  const consents = await importConsents(first, world.bank, CONSENTS)
  const idOf = (number: number) => consents[number]?.id ?? ''

  t.test('replicas that start at once migrate, and leave no lock to anybody', async (t) => {
    t.same(await direct(`select from pg_locks where locktype = 'advisory'`), [])
  })

  t.test('consents are given and rotated', async (t) => {
    const rotatedTo = (version: number) =>
      waitFor(`version ${version}`, async () => {
        const rows = await direct('select 1 from consent_tokens where version < $1', [version])
        return rows.length === 0
      })
    await rotatedTo(2)
    await direct('update consent_tokens set due_at = now()')
    await rotatedTo(3)
    await activate(first)
    t.same(world.bank.ledger.presentedMoreThan(1), [])
    t.same(world.bank.ledger.overlaps(), [])
  })

  t.test('a revocation reaches who listens past the pooler, and who cannot listen', async (t) => {
    await waitFor('the second to find out that it cannot', () =>
      second.logged.some((line) => line.includes('must not lead through a transaction pooler')),
    )
    for (const [number, revokes, hears] of [
      [0, second, first],
      [1, first, second],
    ] as const) {
      const id = idOf(number)
      for (const broker of [first, second]) t.equal((await getToken(broker, id)).status, 200)
      t.equal((await call(revokes, `DELETE /v1/consents/${id}`)).status, 204)
      await waitFor('the news', async () => (await getToken(hears, id)).status === 410, 5_000)
    }
  })

  t.test('names that the pooler mixes up are given up, and nothing fails', async (t) => {
    const asked = Array.from({ length: 40 }, () => call(first, `GET /v1/consents/${idOf(2)}`))
    t.same(new Set((await Promise.all(asked)).map(({ status }) => status)), new Set([200]))
    await waitFor('that it says so', () => first.logged.some((line) => line.includes('mixes up')))
    t.notOk(
      second.logged.some((line) => line.includes('mixes up')),
      'DATABASE_NAMED_STATEMENTS=off uses none',
    )
  })

  t.test('what the pooler will never take is no trouble that passes', async (t) => {
    for (const [part, change] of [
      [/user or password/, (at: URL) => Object.assign(at, { password: 'wrong' })],
      [/user or password/, (at: URL) => Object.assign(at, { username: 'stranger' })],
      [/does not exist/, (at: URL) => Object.assign(at, { pathname: '/nowhere' })],
      [/start-up parameter/, (at: URL) => at.searchParams.set('options', '-c statement_timeout=5s')],
    ] as const) {
      const at = new URL(pooler.through(url))
      change(at)
      const db = openDatabase({ url: new Secret(at.href), maxConnections: 1, onError: () => {} })
      t.teardown(() => db.destroy())
      const error = await sql`select 1`.execute(db).catch((err: unknown) => err)
      t.match(refusedLogin(error), part)
    }
    const away = Object.assign(new Error('server login has been failing'), { code: '08P01' })
    t.equal(refusedLogin(Object.setPrototypeOf(away, pg.DatabaseError.prototype)), null, 'its server is away')
  })

  t.test('who gives up on a late statement leaves its transaction to nobody', async (t) => {
    const db = openDatabase({
      ...{ url: new Secret(pooler.through(url)), maxConnections: 6, onError: () => {} },
      queryTimeoutMs: LATE_MS,
    })
    t.teardown(() => db.destroy())
    await direct('create table left_behind (by_whom text)')
    const late = () =>
      db.transaction().execute(async (tx) => {
        await sql`insert into left_behind values ('late')`.execute(tx)
        await sql`select pg_sleep(1)`.execute(tx)
      })
    // One more than there are sessions.
    const ends = await Promise.allSettled([late(), late(), late(), late()])
    t.same(new Set(ends.map(({ status }) => status)), new Set(['rejected']))
    const next = () => sql<{ open: string | null }>`select pg_current_xact_id_if_assigned() as open`
    for (const { rows } of await waitFor('sessions', () =>
      Promise.all([1, 2, 3].map(() => next().execute(db))).catch(() => null),
    )) {
      t.same(rows, [{ open: null }])
    }
    t.same(await direct('select by_whom from left_behind'), [])
  })
}
