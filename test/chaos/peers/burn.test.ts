import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { FaultRule } from '../../../src/practice-bank/index.ts'
import { importHerd } from '../../peers/import-herd.ts'
import { figure } from '../../peers/row.ts'
import { createWorld, type World } from '../../support/broker.ts'
import { connectSql } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'

const SHORT = process.env.CHAOS === 'short'
const CONSENTS = SHORT ? 300 : 1_000
const OUTAGE_MS = SHORT ? 15_000 : 60_000
const REPLICAS = 2
/** One a canary, with spaces that double from a second or more; and a call in flight when it ends. */
const CANARIES_AT_MOST = Math.ceil(Math.log2(OUTAGE_MS / 1_000)) + 2
/** Three open the breaker; each replica may have one more in flight by then. */
const OPENING_AT_MOST = 3 + REPLICAS

t.setTimeout(3 * OUTAGE_MS + 600_000)

t.test('bank answers 500 after having rotated, fleet started in it: burned', async (t) => {
  const world = await createWorld(t)
  const burned = await strike(t, world, { when: 'after', warm: false })
  figure(t, row(500, 'replicas just started'), `burned ${burned}`)
  t.ok(burned <= OPENING_AT_MOST + CANARIES_AT_MOST, `${burned} burned`)
})

t.test('bank answers 500 after having rotated, windows wide open: burned', async (t) => {
  const env = { BANK_MAX_CONCURRENCY: '8' }
  const world = await createWorld(t, { env })
  const burned = await strike(t, world, { when: 'after', warm: true })
  figure(t, row(500, `${REPLICAS} replicas with 8 calls each in flight`), `burned ${burned}`)
  t.ok(burned <= 8 * REPLICAS + OPENING_AT_MOST + CANARIES_AT_MOST, `${burned} burned`)
})

t.test('bank answers 503 and does nothing: none burned', async (t) => {
  const world = await createWorld(t)
  const burned = await strike(t, world, { when: 'before', warm: false })
  figure(t, row(503, 'replicas just started'), `burned ${burned}`)
  t.equal(burned, 0)
})

function row(status: number, how: string): string {
  return `bank answers ${status} for ${OUTAGE_MS / 1_000} s, ${CONSENTS} consents due, ${how}`
}

interface Strike {
  readonly when: 'before' | 'after'
  /** Whether the replicas have had the time to open their windows. */
  readonly warm: boolean
}

/** An outage with all consents due; resolves how many of them it cost. */
async function strike(t: Test, world: World, { when, warm }: Strike): Promise<number> {
  const { bank, databaseUrl, startBroker } = world
  const sql = connectSql(t, databaseUrl)
  const importer = await startBroker()
  await importHerd({ broker: importer, bank, sql, count: CONSENTS })
  await importer.stop()
  const makeDue = (limit: number) =>
    sql(
      `update consent_tokens set due_at = now(), access_expires_at = now() + $2::int * interval '1 ms'
        where consent_id in (select consent_id from consent_tokens order by due_at desc limit $1)`,
      [limit, OUTAGE_MS + 20_000],
    )
  const start = () => Promise.all(Array.from({ length: REPLICAS }, () => startBroker({ PUBLIC_PORT: '0' })))
  if (warm) {
    await start()
    const rotatedBefore = bank.ledger.totals().rotated
    await makeDue(CONSENTS)
    await waitFor('a warm fleet', () => bank.ledger.totals().rotated >= rotatedBefore + CONSENTS, 60_000)
  }
  bank.settings.latencyMs = 100
  const status = when === 'after' ? 500 : 503
  const rule: FaultRule = { endpoint: 'token', when, times: null, action: { kind: 'status', status } }
  const fault = bank.faults.add(rule)
  await makeDue(CONSENTS)
  if (!warm) await start()
  await waitFor('the outage to be met', () => fault.struck > 0)
  await delay(OUTAGE_MS)
  fault.remove()
  const begun = performance.now()
  await waitFor('all to be rotated or lost', async () => (await left(sql)) === 0, 120_000)
  t.comment(
    `${fault.struck} calls in the outage, probes too; all settled ${Math.round(performance.now() - begun)} ms after`,
  )
  t.same(bank.ledger.presentedMoreThan(2), [])
  t.same(bank.ledger.overlaps(), [])
  const [{ lost }] = await sql(`select count(*)::int as lost from consents where status <> 'active'`)
  return lost
}

async function left(sql: ReturnType<typeof connectSql>): Promise<number> {
  const [{ open }] = await sql(`select count(*)::int as open from consents c
    join consent_tokens t on t.consent_id = c.id
    where c.status = 'active' and (t.due_at <= now() or t.presentations > 0)`)
  return open
}
