import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { MakeDueInput } from '../../src/core/bound-tokens.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { makeCertificate } from '../bank/support/certificates.ts'
import { createStoreRig, newPair, type StoreRig, TERMS } from '../store/fixtures.ts'
import { call } from '../support/api.ts'
import type { TestBroker } from '../support/broker.ts'
import { getToken, importActives } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { createIdentityFiles } from './support/files.ts'
import { createMutualWorld } from './support/mutual-bank.ts'

const PAIRS = 40
const SPREAD_MS = 600_000

/** Pairs of certificate A that are due in an hour, and the store on which replicas take certificates. */
async function createFleet(t: Test) {
  const rig = await createStoreRig(t)
  const ids = await Promise.all(Array.from({ length: PAIRS }, () => rig.insertConsent()))
  await rig.sql(`update consent_tokens set certificate = 'A', due_at = now() + interval '1 hour'`)
  const { certificates } = rig.store
  const terms = { bank: TERMS.bank, spreadMs: SPREAD_MS, settleMs: 60_000, limit: 15 }
  const hold = (certificate: string, how: 'started' | 'taken') =>
    certificates.note(TERMS.bank, certificate, how)
  await hold('A', 'started')
  return {
    ...rig,
    ids,
    hold,
    /** What a replica's housekeeping does once; resolves how many pairs were made due. */
    async tend(certificate: string, change: Partial<MakeDueInput> = {}): Promise<number> {
      let total = 0
      for (;;) {
        const { madeDue, more } = await certificates.makeDue({ ...terms, certificate, ...change })
        total += madeDue
        if (!more) return total
      }
    },
    finished: async () =>
      (await rig.sql(`select finished_at from bank_certificates order by in_use_since desc limit 1`))[0]
        .finished_at !== null,
  }
}

/** How long until each pair is due, in milliseconds, soonest first. */
async function dueIn({ sql }: Pick<StoreRig, 'sql'>): Promise<number[]> {
  const rows = await sql(
    `select extract(epoch from due_at - now()) * 1000 as ms from consent_tokens order by 1`,
  )
  return rows.map(({ ms }) => Number(ms))
}

/** Rotates a pair as a replica with this certificate would. */
async function rotate({ claim }: StoreRig, id: string, certificate: string): Promise<void> {
  const claimed = await claim(id)
  await claimed.settle({ ...newPair(), certificate })
}

t.test('after a change every pair of the former falls due once, evenly', async (t) => {
  const fleet = await createFleet(t)
  t.equal(await fleet.tend('A'), 0, 'the first certificate has no former')
  await fleet.hold('B', 'taken')
  // Two replicas at once, in batches.
  const made = await Promise.all([fleet.tend('B'), fleet.tend('B')])
  t.equal((made[0] ?? 0) + (made[1] ?? 0) + (await fleet.tend('B')), PAIRS, 'each once')
  const times = await dueIn(fleet)
  t.ok((times[0] ?? -1) > -1_000 && (times.at(-1) ?? SPREAD_MS) < SPREAD_MS)
  const halves = times.filter((ms) => ms < SPREAD_MS / 2).length
  t.ok(halves > PAIRS / 5 && halves < (4 * PAIRS) / 5, `${halves} of ${PAIRS} in the first half`)
  await fleet.hold('B', 'taken')
  await fleet.hold('B', 'started')
  t.equal(await fleet.tend('B'), 0, 'whoever takes it later changes nothing')
  t.notOk(await fleet.finished(), 'answers to the former may still come')
  t.equal(await fleet.tend('B', { settleMs: 0 }), 0, 'looked at again, each keeps its place')
  t.ok(await fleet.finished())
})

t.test('pairs that are claimed, due, dead or of another bank are left alone', async (t) => {
  const fleet = await createFleet(t)
  const { sql, ids } = fleet
  const [claimed = '', due = '', ended = '', foreign = '', own = '', parked = ''] = ids
  await sql(`update consent_tokens set due_at = now() where consent_id = any($1)`, [[claimed, due]])
  await fleet.claim(claimed)
  await sql(`update consent_tokens set access_expires_at = now() where consent_id = $1`, [ended])
  await sql(`update consents set bank = 'another' where id = $1`, [foreign])
  await sql(`update consent_tokens set certificate = 'B' where consent_id = $1`, [own])
  await sql(`update consent_tokens set presentations = 1, uncertain_at = now() where consent_id = $1`, [
    parked,
  ])
  const rows = () =>
    sql(`select * from consent_tokens where consent_id = any($1) order by 1`, [ids.slice(0, 6)])
  const before = await rows()
  await fleet.hold('B', 'taken')
  t.equal(await fleet.tend('B'), PAIRS - 6)
  t.same(await rows(), before)
})

t.test('replicas that still hold different certificates play no ping-pong', async (t) => {
  const fleet = await createFleet(t)
  const [late = '', early = '', later = ''] = fleet.ids
  await fleet.hold('B', 'taken')
  t.equal(await fleet.tend('B'), PAIRS)
  await fleet.sql(`update consent_tokens set due_at = now() where consent_id = any($1)`, [[late, early]])
  await rotate(fleet, early, 'B')
  await rotate(fleet, late, 'A')
  await fleet.hold('A', 'started')
  const isDueLater = async (id: string) => {
    const [row] = await fleet.sql(
      `select due_at > now() + interval '30 min' as later from consent_tokens where consent_id = $1`,
      [id],
    )
    return row.later
  }
  for (let round = 0; round < 3; round += 1) {
    t.equal(await fleet.tend('A'), 0, 'the one with the former makes nothing due')
    t.equal(await fleet.tend('B'), 0, 'nor the other what that one obtained')
  }
  t.ok((await isDueLater(late)) && (await isDueLater(early)))
  // The last of the former is gone for good.
  t.equal(await fleet.tend('B', { settleMs: 0 }), 1, 'once it is gone, its pairs follow')
  t.notOk(await isDueLater(late))
  t.ok(await isDueLater(early))
  t.ok(await fleet.finished())
  await fleet.sql(`update consent_tokens set due_at = now() where consent_id = $1`, [later])
  await rotate(fleet, later, 'A')
  t.equal(await fleet.tend('A'), 0)
  t.notOk(await fleet.finished(), 'one that comes later with the former has all looked through again')
  t.equal(await fleet.tend('B', { settleMs: 0 }), 1, 'and what it obtained follows')
  await fleet.hold('A', 'taken')
  t.ok((await fleet.tend('A')) > 0, 'taken back in place of the newest, it is the newest')
})

t.test('a renewal brings the certificate it was obtained with', async (t) => {
  const { store, sql, insertConsent } = await createStoreRig(t)
  const exchange = {
    authorizationId: randomUUID(),
    consentId: await insertConsent(),
    kind: 'renewal',
    chain: 2,
  } as const
  await sql(
    `insert into authorizations (id, consent_id, kind, status, ticket_digest, chain, created_at, expires_at, abandon_at)
     values ($1, $2, 'renewal', 'exchanging', 'digest', 2, now(), now(), now())`,
    [exchange.authorizationId, exchange.consentId],
  )
  const now = new Date()
  const pair = { ...newPair(), certificate: 'B' }
  const times = { authorizedAt: now, consentExpiresAt: pair.accessExpiresAt, checkAfter: now }
  t.equal(await store.authorizations.stage({ exchange, pair, ...times }), 'saved')
  const [staged] = await store.authorizations.takeStaged(now, now)
  if (staged === undefined) throw new Error('nothing was staged')
  const account = {
    ibanSealed: 'sealed' as Sealed,
    ibanMasked: 'NL12',
    search: { kid: 'k', hash: 'h' },
    knownAs: ['h'],
  }
  const input = { staged, account, scopes: null, ...times, dueAt: pair.dueAt, now }
  t.equal(await store.authorizations.adopt(input), 'adopted')
  t.match(await sql('select chain, certificate from consent_tokens'), [{ chain: 2, certificate: 'B' }])
})

t.test('a broker whose bank binds tokens', async (t) => {
  const world = await createMutualWorld(t, 'TLSv1.3')
  const { bank, bankCa: ca, former, next } = world
  const sql = connectSql(t, world.databaseUrl)
  const identities = {
    former: { ...(await makeCertificate(former)), ca },
    next: { ...(await makeCertificate(next)), ca },
  }
  const files = createIdentityFiles(t.testdir({}), identities.former)
  const bound = { BANK_CERTIFICATE_BOUND_TOKENS: 'on', BANK_CERTIFICATE_SPREAD: '500ms', SALVAGE_WAIT: '1s' }
  const [one, other] = [
    await world.startMutual(files, bound),
    await world.startMutual(files, { ...bound, PUBLIC_PORT: '0' }),
  ]
  const consents = await importActives(one, bank, 10)
  const certificates = async () => {
    const rows = await sql('select distinct certificate from consent_tokens')
    return rows.map(({ certificate }) => certificate)
  }
  const handedOut = async (broker: TestBroker) => {
    const answers = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
    return answers.map(({ body }) => body.access_token)
  }
  t.strictSame(await handedOut(one), await handedOut(other), 'cached by both')
  const scope = { body: { scope: 'psd2:payment:sepa:write' } }
  const clientToken = async (broker: TestBroker) =>
    (await call(broker, 'POST /v1/client-tokens', scope)).body.access_token
  const formerToken = await clientToken(one)
  t.equal(await clientToken(one), formerToken, 'cached')
  const [first, ...more] = await certificates()
  t.match(first, /^[\w-]{43}$/)
  t.same(more, [])
  world.trustOnly(next)
  files.swap(identities.next)
  await waitFor('all pairs to be of the next certificate', async () => {
    const found = await certificates()
    return found.length === 1 && found[0] !== first
  })
  t.equal(bank.ledger.totals().rotated, 20, 'each consent rotated once more')
  t.same(bank.ledger.presentedMoreThan(1), [])
  t.not(await clientToken(one), formerToken, 'nor is a client token of the former handed out')
  t.strictSame(await handedOut(one), await handedOut(other), 'nor one that another replica has rotated since')
  await other.stop()
  await one.stop()
  const newest = () => sql('select certificate from bank_certificates order by in_use_since desc limit 1')
  const before = await newest()
  files.swap(identities.former)
  const late = await world.startMutual(files, bound)
  await late.broker.keepHouse()
  t.same(await newest(), before, 'who starts with the former takes nothing back')
  const takes = async (identity: keyof typeof identities) => {
    const lines = late.logged.length
    files.swap(identities[identity])
    await waitFor(identity, () => late.logged.slice(lines).some((line) => line.includes('have changed')))
    await late.broker.keepHouse()
  }
  await takes('next')
  await takes('former')
  t.notSame(await newest(), before, 'who takes it in place of another does')
  await takes('next')
  t.same(await newest(), before)
  await late.stop()
  const off = await world.startMutual(files)
  await sql(`delete from bank_certificates`)
  await sql(`update consent_tokens set due_at = now() where consent_id = $1`, [
    consents[0]?.id ?? randomUUID(),
  ])
  await waitFor('a pair bound to nothing', async () => (await certificates()).includes(null))
  await off.broker.keepHouse()
  t.same(await sql('select * from bank_certificates'), [], 'nothing is noted where nothing is bound')
})
