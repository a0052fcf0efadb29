import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import type { Presentation } from '../../../src/practice-bank/index.ts'
import { importHerd } from '../../peers/import-herd.ts'
import { figure } from '../../peers/row.ts'
import { createWorld } from '../../support/broker.ts'
import { getToken, importActives } from '../../support/consents.ts'
import { connectSql } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'

const HERD = 300
const BANK_MS = 50
const MAX_IN_FLIGHT = 16

t.jobs = 2

t.test('300 consents expire at once, bank 50 ms: within the limit, nothing late', async (t) => {
  const env = { BANK_MAX_CONCURRENCY: String(MAX_IN_FLIGHT) }
  const { bank, databaseUrl, startBroker } = await createWorld(t, { env })
  const importer = await startBroker()
  const sql = connectSql(t, databaseUrl)
  await importHerd({ broker: importer, bank, sql, count: HERD })
  await importer.stop()
  await sql(`update consent_tokens set due_at = now(), access_expires_at = now() + interval '15 s'`)
  const [{ access_expires_at: endsAt }] = await sql('select access_expires_at from consent_tokens limit 1')
  bank.ledger.clear()
  bank.settings.latencyMs = BANK_MS
  // One that has just started knows nothing of the bank.
  await startBroker()
  const rows = await waitFor('all to be rotated', async () => {
    const settled = await sql('select last_success_at from consent_tokens where version = 3')
    return settled.length === HERD ? settled : null
  })
  const late = rows.filter(({ last_success_at }) => last_success_at >= endsAt).length
  const most = mostInFlight(bank.ledger.presentations())
  const tookMs = spanMs(bank.ledger.presentations())
  figure(
    t,
    `${HERD} consents expire at once, bank ${BANK_MS} ms`,
    `${tookMs} ms, ${most} calls in flight of ${MAX_IN_FLIGHT}, ${late} late`,
  )
  t.ok(most <= MAX_IN_FLIGHT)
  t.equal(late, 0)
  t.equal(bank.ledger.count(), HERD)
})

const TTL_SECONDS = 2
const SHORT_LIVED = 20
const LIFETIMES = 2.5

t.test('access tokens shorter than the margin: one rotation a lifetime, however often read', async (t) => {
  const { bank, startBroker } = await createWorld(t, { env: { REFRESH_MARGIN: '15m' } })
  const broker = await startBroker()
  bank.settings.accessTokenTtlSeconds = TTL_SECONDS
  const consents = await importActives(broker, bank, SHORT_LIVED)
  const rotatedBefore = bank.ledger.totals().rotated
  const begun = performance.now()
  let reads = 0
  while (performance.now() - begun < LIFETIMES * TTL_SECONDS * 1_000) {
    await Promise.all(consents.map(({ id }) => getToken(broker, id)))
    reads += SHORT_LIVED
    await delay(20)
  }
  const elapsedMs = performance.now() - begun
  const perConsent = (bank.ledger.totals().rotated - rotatedBefore) / SHORT_LIVED
  const perLifetime = perConsent / (elapsedMs / (TTL_SECONDS * 1_000))
  figure(
    t,
    'access tokens of 10 minutes (scaled to 2 s), margin 15 minutes',
    `${perLifetime.toFixed(2)} rotations a lifetime, ${reads} reads`,
  )
  // Due at 80 % of its life, less a jitter of a tenth.
  const atMost = Math.floor(elapsedMs / (0.7 * TTL_SECONDS * 1_000)) + 1
  t.ok(perConsent <= atMost, `${perConsent} rotations of ${atMost} at most`)
})

function mostInFlight(presentations: readonly Presentation[]): number {
  const during = ({ presentedAt }: Presentation) =>
    presentations.filter((one) => one.presentedAt <= presentedAt && (one.endedAt ?? Infinity) > presentedAt)
  return Math.max(...presentations.map((one) => during(one).length))
}

function spanMs(presentations: readonly Presentation[]): number {
  const begun = Math.min(...presentations.map(({ presentedAt }) => presentedAt))
  return Math.max(...presentations.map(({ endedAt }) => endedAt ?? 0)) - begun
}
