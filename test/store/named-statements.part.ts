import { sql } from 'kysely'
import pg from 'pg'
import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/core/secret.ts'
import { createStore, openDatabase } from '../../src/store/index.ts'
import { nameStatements, planned } from '../../src/store/named-statements.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, newPair, TERMS } from './fixtures.ts'

const RUNS = 8
/** How a statement begins that reads a consent. */
const READ = 'select "c"."id"'

const { insertConsent, sql: run, url } = await createStoreRig(t)
const mixedUp: unknown[] = []
// One connection: what it knows by name can be asked for.
const db = openDatabase({
  url: new Secret(url),
  maxConnections: 1,
  onError: () => {},
  naming: { onMixedUp: (error) => mixedUp.push(error) },
})
const store = createStore(db, systemClock)
t.teardown(async () => {
  await store.stop()
  await db.destroy()
})

interface Prepared {
  readonly name: string
  readonly statement: string
  readonly generic_plans: number
}

async function prepared(part = ''): Promise<Prepared[]> {
  const { rows } = await sql<Prepared>`select name, statement, generic_plans::int from pg_prepared_statements
    where position(${part} in statement) > 0`.execute(db)
  return rows
}

t.test('what hands out and rotates is planned once a connection, and finds its rows by id', async (t) => {
  for (let round = 0; round < RUNS; round += 1) {
    const consentId = await insertConsent()
    await store.consents.find(consentId)
    const pair = { consentId, chain: 1, version: 1 }
    const claim = await store.tokens.claim({ pair, ...TERMS, rejectionEveryMs: null })
    t.equal(await claim?.settle(newPair()), 'settled')
  }
  const known = await prepared()
  t.equal(
    known.length,
    2,
    'the read and the claim; a settlement of many has a plan for each size of its tables',
  )
  for (const { name, statement, generic_plans } of known) {
    t.ok(generic_plans > 0, statement.slice(0, 60))
    const count =
      statement.match(/\$\d+/g)?.reduce((most, one) => Math.max(most, Number(one.slice(1))), 0) ?? 0
    const nulls = Array.from({ length: count }, () => 'null').join(', ')
    const { rows } = await sql`explain execute ${sql.id(name)}(${sql.raw(nulls)})`.execute(db)
    const plan = rows.map((row) => (row as { 'QUERY PLAN': string })['QUERY PLAN']).join('\n')
    t.notMatch(plan, /Seq Scan on consent/, 'no plan reads a table')
  }
})

t.test('a replica that runs outlives a change of the schema', async (t) => {
  const consentId = await insertConsent()
  await store.consents.find(consentId)
  await run('alter table consents add column new_to_this text')
  t.equal((await store.consents.find(consentId))?.consent.id, consentId, 'a new column')
  await run('alter table consents alter column bank type varchar(100)')
  t.equal((await store.consents.find(consentId))?.consent.bank, 'test-bank', 'a column of another type')
  for (let round = 0; round < 3; round += 1) await store.consents.find(consentId)
  t.equal((await prepared(READ)).length, 2, 'the former, and one of another name')
  t.same(mixedUp, [])
})

t.test('there are no more names than that, and none in a transaction', async (t) => {
  for (let number = 0; number < 60; number += 1) {
    const { rows } = await sql`select ${sql.lit(number)} + ${number}::int as sum`.execute(planned(db))
    t.same(rows, [{ sum: 2 * number }])
  }
  t.equal((await prepared('as sum')).length, 50 - 2)
  await db.transaction().execute(async (tx) => t.equal(planned(tx), tx))
})

t.test('a name that is gone is not relied on: the statement is run, and names are given up', async (t) => {
  await sql`deallocate all`.execute(db)
  const consentId = await insertConsent()
  t.equal((await store.consents.find(consentId))?.consent.id, consentId)
  await store.consents.find(consentId)
  t.equal(mixedUp.length, 1, 'told once')
  t.same(await prepared(READ), [])
})

t.test('and one of a server that speaks another language', async (t) => {
  const names: (string | undefined)[] = []
  const outdated = Object.assign(new Error('gecachter Plan darf den Ergebnistyp nicht ändern'), {
    code: '0A000',
  })
  const client = {
    query: async (asked: string | { name: string }) => {
      const name = typeof asked === 'string' ? undefined : asked.name
      names.push(name)
      if (name !== undefined && name === names[0])
        throw Object.setPrototypeOf(outdated, pg.DatabaseError.prototype)
      return { rows: [] }
    },
    release: () => {},
  }
  const pool = { connect: async () => client, options: {} } as unknown as pg.Pool
  const connection = await nameStatements(pool, { onMixedUp: t.fail }).connect()
  await connection.query('select 1', [])
  await connection.query('select 1', [])
  t.equal(names.length, 3)
  t.equal(names[1], undefined)
  t.ok(names[2] !== undefined && names[2] !== names[0])
})
