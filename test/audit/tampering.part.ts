import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { createAnchorWriter, openAnchors } from '../../src/anchor-file.ts'
import { type ChainHead, checkChain, type StoredEvent } from '../../src/core/audit-chain.ts'
import { createAuditStore } from '../../src/store/audit.ts'
import { runAuditVerify } from '../rekey/run-command.ts'
import { createStoreRig } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { ADD_EVENT, hash, verify } from './fixtures.ts'
import { createTamperings, EVENTS } from './tamperings.ts'

const { db, store, sql, other, insertConsent, url } = await createStoreRig(t)

/** A history with what JSON can hold, its first event with personal data. */
async function insertHistory(): Promise<string> {
  const id = await insertConsent()
  await sql(
    `insert into consent_events (consent_id, type, actor, detail, personal, occurred_at)
     values ($1, 'consent.started', 'ledger', '{}', '{"customer_reference": "Zoë \\u2028 \\"4711\\""}', now())`,
    [id],
  )
  for (let number = 2; number <= EVENTS; number += 1) {
    const detail = {
      number,
      text: 'é\u0001\u007f\u2028\\"/\ud83d\ude00',
      list: [1.5, 1e30, null],
      b: { a: true },
    }
    await sql(ADD_EVENT, [id, 'something.happened', `actor "${number}"\n`, detail])
  }
  return id
}

/** As whoever owns the database may do it: without its triggers. */
async function tamper(text: string, ...values: unknown[]): Promise<void> {
  await other('set session_replication_role = replica')
  await other(text, values)
}

const { FOUND, ANCHORED } = createTamperings(tamper)

t.test('the database itself refuses what changes or removes history', async (t) => {
  const id = await insertHistory()
  const refused =
    /(consent_events|bank_events|event_chains) is append-only: (update|delete|truncate|insert) is refused/
  await store.consents.hold('test-bank', { by: 'ops', reason: 'r', until: new Date(Date.now() + 60_000) })
  for (const text of [
    `update consent_events set detail = '{}' where consent_id = '${id}'`,
    `update consent_events set personal = null where personal is not null`,
    `update consent_events set personal = '{}', personal_salt = null where personal is not null`,
    `update consent_events set personal = null, personal_salt = null, actor = 'x' where personal is not null`,
    'update consent_events set hash = null, position = null',
    'delete from consent_events',
    `delete from consents where id = '${id}'`,
    'truncate consent_events',
    'truncate consents cascade',
    `update bank_events set actor = 'x'`,
    'delete from bank_events',
    'truncate bank_events',
    'update event_chains set length = 0',
    'delete from event_chains',
    'truncate event_chains',
    `insert into event_chains (chain, length) values ('x', 1)`,
  ]) {
    await t.rejects(sql(text), { code: '23000', message: refused }, text)
  }
  await sql(
    `insert into consent_events (consent_id, type, actor, occurred_at, position, hash, personal_hash)
     values ($1, 'x', 'x', now(), 99, 'x', 'x')`,
    [id],
  )
  const [last] = await sql('select position, personal_hash from consent_events order by id desc limit 1')
  t.strictSame(last, { position: EVENTS + 1, personal_hash: null }, 'nobody brings a place along')
  await sql('update consent_events set personal = null, personal_salt = null where consent_id = $1', [id])
  t.strictSame((await verify(db)).told, [], 'erased')
})

t.test('whatever is done to stored events, one by one or all that differ, is found', async (t) => {
  const id = await insertHistory()
  const { head, events } = await read(id)
  t.strictSame(faultsOf(head, events), [])
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  const position = fc.integer({ min: 0, max: EVENTS - 1 })
  const member = fc.constantFrom('id', 'type', 'actor', 'occurredAt', 'detail', 'personalHash', 'hash')
  const mutation = fc.oneof(
    fc.record({ kind: fc.constant('remove' as const), position }),
    fc.record({ kind: fc.constant('repeat' as const), position }),
    fc.record({ kind: fc.constant('swap' as const), position, with: position }),
    fc.record({ kind: fc.constant('set' as const), position, member, text }),
    fc.record({ kind: fc.constant('renumber' as const), position, to: fc.integer({ min: -1, max: 9 }) }),
  )
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const changed = mutations.reduce(apply, events)
      const same = JSON.stringify(changed) === JSON.stringify(events)
      return (faultsOf(head, changed).length === 0) === same
    }),
    { numRuns: 500 },
  )
  type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never
  function apply(rows: readonly StoredEvent[], step: Mutation): StoredEvent[] {
    const row = rows[step.position]
    if (row === undefined) return [...rows]
    switch (step.kind) {
      case 'remove':
        return rows.filter((one) => one !== row)
      case 'repeat':
        return inOrder([...rows, { ...row }])
      case 'swap': {
        const second = rows[step.with] ?? row
        const placed = (one: StoredEvent, place: StoredEvent) => ({ ...one, position: place.position })
        return inOrder(
          rows.map((one) => (one === row ? placed(row, second) : one === second ? placed(second, row) : one)),
        )
      }
      case 'set':
        return rows.map((one) =>
          one === row
            ? { ...one, [step.member]: step.member === 'hash' ? hash('', step.text) : step.text }
            : one,
        )
      case 'renumber':
        return inOrder(rows.map((one) => (one === row ? { ...one, position: step.to } : one)))
    }
  }
})

const inOrder = (rows: StoredEvent[]) => rows.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))

async function read(chain: string) {
  const window = await createAuditStore(db).readHistories(null)
  const found = window.found.find((history) => history.chain === chain)
  return { head: found?.head ?? null, events: found?.events ?? [] }
}

function faultsOf(head: ChainHead | null, events: readonly StoredEvent[]) {
  const check = checkChain({ chain: head?.chain ?? '', head, anchor: null }, hash)
  check.add(events)
  return check.end().faults
}

t.test('of two runs at once that note anchors each leaves a whole file', async (t) => {
  const file = join(t.testdir({}), 'anchors')
  const heads = Array.from({ length: 3_000 }, (_, at) => ({
    ...{ chain: `chain ${at + 1_000}`, length: 1 },
    hash: 'ab'.repeat(32),
  }))
  const writers = await Promise.all([createAnchorWriter(file), createAnchorWriter(file)])
  for (const head of heads) for (const writer of writers) await writer.write(head)
  for (const writer of writers) {
    await writer.commit()
    const anchors = await openAnchors(file)
    const read: unknown[] = []
    for (const _ of heads) read.push(await anchors?.next())
    t.strictSame(read, heads)
    t.equal(await anchors?.next(), null)
  }
  t.strictSame(await readdir(t.testdirName), ['anchors'])
})

t.test('the command tells of each chain that was tampered with, and of no other', async (t) => {
  const anchors = join(t.testdir({}), 'anchors')
  const run = (...words: string[]) => runAuditVerify({ DATABASE_URL: url }, ...words)
  const untouched = await insertHistory()
  const another = await insertHistory()
  await store.consents.hold('z-bank', { by: 'ops', reason: 'r', until: new Date(Date.now() + 60_000) })
  const ids = new Map<string, string>()
  for (const name of [...Object.keys(FOUND), ...Object.keys(ANCHORED)]) ids.set(name, await insertHistory())
  const idOf = (name: string) => ids.get(name) ?? ''
  t.match(await run('--anchors', anchors), { exitCode: 0, stderr: '' })
  const noted = await readFile(anchors, 'utf8')
  for (const [name, [does]] of Object.entries(ANCHORED)) await does(idOf(name), another)
  await tamper(`delete from bank_events where bank = 'z-bank'`)
  await tamper(`delete from event_chains where chain = 'bank:z-bank'`)

  const rewritten = await run()
  t.match(
    rewritten,
    { exitCode: 0, stderr: '', stdout: /^1 consent without a chain yet/m },
    'nothing shows without anchors',
  )
  const anchored = await run('--anchors', anchors)
  t.equal(anchored.exitCode, 1)
  for (const [name, [, told]] of Object.entries(ANCHORED)) {
    t.match(anchored.stderr, new RegExp(`^consent ${idOf(name)}${told.source}`, 'm'), name)
  }
  t.match(anchored.stderr, /^bank z-bank: the chain is gone/m)
  t.equal(anchored.stderr.trim().split('\n').length, Object.keys(ANCHORED).length + 2, anchored.stderr)
  t.equal(await readFile(anchors, 'utf8'), noted, 'the proof is kept')

  for (const [name, [does]] of Object.entries(FOUND)) await does(idOf(name), another)
  const found = await run()
  t.match(found, { exitCode: 1, stderr: /^\d+ faults: the history was changed by other means/m })
  for (const [name, [, told]] of Object.entries(FOUND)) {
    t.match(found.stderr, new RegExp(`^consent ${idOf(name)}${told.source}`, 'm'), name)
  }
  t.match(found.stderr, new RegExp(`^consent ${another}, position 7: event`, 'm'), 'where it was moved to')
  t.notMatch(found.stderr, untouched)
  const small = await verify(db, 4)
  const large = await verify(db)
  t.strictSame(small.told, large.told, 'in windows that no history fits in')
  t.equal(small.events, large.events)

  for (const [text, told] of [
    ['something else\n', /does not begin with/],
    [noted.slice(0, -8), /was cut off|is damaged/],
    [noted.replace(/\n[^\n]+\n/, '\n'), /is damaged in line \d+/],
    [noted.replace(/^6 [0-9a-f]{4}/m, '6 xxxx'), /is damaged in line \d+/],
  ] as const) {
    await writeFile(anchors, text)
    t.match(await run('--anchors', anchors), { exitCode: 1, stdout: '', stderr: told })
  }
  t.match(await run('--ancors', anchors), {
    exitCode: 1,
    stderr: /npm run audit:verify \[-- --anchors FILE\]/,
  })
})
