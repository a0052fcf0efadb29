import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/store/database.ts'
import { eraseEnded } from '../../src/store/erase.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, openTestDatabase, untilBlocked } from './fixtures.ts'

const { db, url, store, sql, other, insertConsent } = await createStoreRig(t)
const second = openTestDatabase(t, url)
const DAY_MS = 86_400_000

const run = (over: { db?: Database; limit?: number } = {}) =>
  eraseEnded(over.db ?? db, {
    ...{ now: new Date(), salvageWaitMs: null, codeTtlMs: 60_000 },
    ...{ retentionMs: 400 * DAY_MS, limit: over.limit ?? 100 },
  })

async function insertEnded(ago = '401 days'): Promise<string> {
  const id = await insertConsent()
  await sql(
    `update consents set status = 'expired', customer_reference = 'somebody', ended_at = now() - $2::interval where id = $1`,
    [id, ago],
  )
  return id
}

const isErased = async (id: string) =>
  (await sql('select erased_at is not null as erased from consents where id = $1', [id]))[0].erased

const authorizationOf = (consentId: string) => ({
  ...({ id: randomUUID(), consentId, kind: 'renewal', ticketDigest: randomUUID(), returnUrl: null } as const),
  ...{ createdAt: new Date(), expiresAt: new Date(Date.now() + 60_000) },
})

/** Has an erasure lock its consents, and keeps it from what comes next until `then` is called. */
async function holdErasure() {
  await other('begin')
  await other('lock table consent_events in share mode')
  const erasing = run()
  await untilBlocked(sql)
  return async () => {
    await other('rollback')
    return erasing
  }
}

t.test(
  'a renewal that began just before the lock is seen, and one that begins after it finds nothing',
  async (t) => {
    const [early, late] = [await insertEnded(), await insertEnded()]
    const goOn = await holdErasure()
    const { id, ticketDigest } = authorizationOf(early)
    await sql(
      `insert into authorizations (id, consent_id, kind, status, ticket_digest, created_at, expires_at, abandon_at)
     values ($1, $2, 'renewal', 'open', $3, now(), now(), now())`,
      [id, early, ticketDigest],
    )
    const renewing = store.consents.startRenewal(authorizationOf(late), 'ledger')
    t.equal(await goOn(), 1)
    t.equal(await renewing, false)
    t.strictSame([await isErased(early), await isErased(late)], [false, true])
    await sql('delete from authorizations')
    t.equal(await run(), 1)
  },
)

t.test('several replicas share the work: each consent is erased once, and nobody waits', async (t) => {
  const ids = await Promise.all(Array.from({ length: 30 }, () => insertEnded()))
  const counts = await Promise.all([run({ limit: 20 }), run({ db: second, limit: 20 }), run({ limit: 20 })])
  const left = await run()
  t.equal(
    counts.reduce((sum, count) => sum + count, left),
    30,
    `${counts} and ${left}`,
  )
  t.ok(Math.max(...counts) <= 20, 'in bounded steps')
  const events = await sql(
    `select count(*)::int as n from consent_events where type = 'consent.erased' and consent_id = any($1)`,
    [ids],
  )
  t.same(events, [{ n: 30 }])
})

t.test('a consent that another changes is left for the next look', async (t) => {
  const id = await insertEnded()
  await other('begin')
  await other('select from consents where id = $1 for share', [id])
  t.equal(await run(), 0)
  await other('rollback')
  t.equal(await run(), 1)
})

t.test('what is erased never lives again, and takes nothing in: the database itself refuses', async (t) => {
  const id = await insertEnded()
  await run()
  const refused = { code: '23514', constraint: 'consents_erased' }
  for (const change of [
    `status = 'active'`,
    `status = 'pending'`,
    `customer_reference = 'x'`,
    `iban_masked = 'x'`,
    `metadata = '{"a": "b"}'`,
  ]) {
    await t.rejects(sql(`update consents set ${change} where id = $1`, [id]), refused, change)
  }
})

t.test('no late answer comes in, and the store says so', async (t) => {
  const id = await insertEnded()
  const pair = { consentId: id, chain: 1, version: 1 }
  await run()
  const exchange = { authorizationId: randomUUID(), consentId: id, chain: 2 } as const
  const at = new Date()
  const exchanged = {
    pair: {} as never,
    ...{ authorizedAt: at, consentExpiresAt: at, checkAfter: at },
  }
  const { authorizations, consents } = store
  t.equal(await authorizations.saveFirst({ exchange: { ...exchange, kind: 'first' }, ...exchanged }), 'gone')
  t.equal(await authorizations.stage({ exchange: { ...exchange, kind: 'renewal' }, ...exchanged }), 'gone')
  const account = {
    ibanSealed: 's' as never,
    ibanMasked: 'm',
    search: { kid: 'k', hash: 'h' },
    knownAs: ['h'],
  }
  const told = { consentId: id, chain: 1, account, scopes: null, transactionId: null, now: at }
  t.equal(await consents.recordAccount(told), 'superseded')
  const claim = { pair, bank: 'test-bank', leaseMs: 1_000, replay: 'prompt', rejectionEveryMs: null } as const
  t.equal(await store.tokens.claim(claim), null)
})
