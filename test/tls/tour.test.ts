import { setTimeout as pause } from 'node:timers/promises'
import type { SecureVersion } from 'node:tls'
import t, { type Test } from 'tap'
import { makeCertificate, type Pem } from '../bank/support/certificates.ts'
import { call } from '../support/api.ts'
import type { TestBroker } from '../support/broker.ts'
import { eventsOf, getConsent, getToken, type ImportedConsent, importActives } from '../support/consents.ts'
import { connectSql, type Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { createIdentityFiles } from './support/files.ts'
import { createMutualWorld, type MutualWorld } from './support/mutual-bank.ts'

const CONSENTS = 12
/** The gate closes at three; one more may be under way. Those wait half a minute before they are due again. */
const HELD_OFF = 4

t.jobs = 2

function outcomes({ logged }: TestBroker): string[] {
  return logged.flatMap((line) => JSON.parse(line).outcome ?? [])
}

async function readGate(broker: TestBroker) {
  return (await call(broker, 'GET /v1/status', { as: 'ops' })).body.refresh.gate
}

/** Every token was presented once and rolled, and no consent is other than it was. */
async function checkUntouched(
  t: Test,
  { bank }: MutualWorld,
  broker: TestBroker,
  consents: ImportedConsent[],
) {
  const found = await Promise.all(consents.map(({ id }) => getConsent(broker, id)))
  const events = (await Promise.all(consents.map(({ id }) => eventsOf(broker, id)))).flat()
  t.same(new Set(found.map(({ status }) => status)), new Set(['active']))
  const types = new Set(events.map(({ type }) => type))
  t.same(types, new Set(['consent.imported', 'consent.activated', 'tokens.handed_out']))
  const ours = bank.ledger.presentations().filter(({ grantId }) => grantId !== null)
  t.same(new Set(ours.map(({ outcome }) => outcome)), new Set(['rotated']), 'none refused, none lost')
  t.same(bank.ledger.presentedMoreThan(1), [], 'each refresh token presented once')
}

async function checkHandsOut(t: Test, broker: TestBroker, consents: ImportedConsent[]): Promise<void> {
  const answers = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
  t.same(new Set(answers.map(({ status }) => status)), new Set([200]), 'live tokens are handed out')
}

function rolled({ bank }: MutualWorld): number {
  return bank.ledger.totals().rotated
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const satisfies SecureVersion[]) {
  t.test(version, async (t) => {
    const world = await createMutualWorld(t, version)
    const { bankCa: ca, former, next, foreign } = world
    const sql = connectSql(t, world.databaseUrl)
    const files = createIdentityFiles(t.testdir({}), { ...(await makeCertificate(former)), ca })
    const first = await world.startMutual(files)
    const consents = await importActives(first, world.bank, CONSENTS)

    await t.test('the right certificate', async (t) => {
      await checkHandsOut(t, first, consents)
      await waitFor('Consent Info over the same certificate', async () => {
        const found = await Promise.all(consents.map(({ id }) => getConsent(first, id)))
        return found.every(({ account }) => account !== null)
      })
      const { body } = await call(first, 'GET /v1/status', { as: 'ops' })
      t.match(body.bank_certificate, { subject: 'CN=localhost', issuer: 'CN=former', days_left: 0 })
      const { text } = await call(first, 'GET /metrics')
      const endsAt = Date.parse(body.bank_certificate.not_after) / 1000
      t.match(text, `token_broker_bank_certificate_expiry_timestamp_seconds ${endsAt}\n`)
      await first.stop()
    })

    await t.test('none at all does not start', async (t) => {
      const none = { BANK_TLS_CERT_FILE: '', BANK_TLS_KEY_FILE: '' }
      await t.rejects(world.startMutual(files, none), { message: /BANK_TLS_CERT_FILE .* missing/ })
    })

    const bad: Record<string, Pem> = {
      expired: await makeCertificate(former, { expired: true }),
      'of an authority the bank does not trust': await makeCertificate(foreign),
    }
    for (const [name, certificate] of Object.entries(bad)) {
      await t.test(`a certificate ${name}, and then the right one`, async (t) => {
        files.swap({ ...certificate, ca })
        await sql('update consent_tokens set due_at = now(), retry_at = null')
        const broker = await world.startMutual(files)
        await waitUntilRefused(broker, version)
        const before = rolled(world)
        await checkHandsOut(t, broker, consents)
        await checkUntouched(t, world, broker, consents)
        // However far the next canary was put off, another certificate is tried at once.
        await sql(
          `update bank_gates set next_canary_at = now() + interval '1 hour' where closed_at is not null`,
        )
        files.swap({ ...(await makeCertificate(former)), ca })
        await waitFor('refreshing to come back', () => rolled(world) - before >= CONSENTS - HELD_OFF)
        t.match(await readGate(broker), { open: true })
        t.notOk(outcomes(broker).includes('uncertain'))
        await broker.stop()
      })
    }

    await t.test('swapped while rotations run', async (t) => {
      const broker = await world.startMutual(files)
      const load = startLoad(broker, sql, consents)
      const roll = async (what: string) => {
        const from = rolled(world)
        await waitFor(what, () => rolled(world) - from >= 3 * CONSENTS, 15_000)
      }
      await roll('rotations as before')
      world.trustOnly(next)
      files.swap({ ...(await makeCertificate(next)), ca })
      await roll('rotations with the next certificate')
      // And once more, where our files come later: idle connections end, and no other can be made.
      load.slowDown()
      world.trustOnly(former)
      await waitUntilRefused(broker, version)
      files.swap({ ...(await makeCertificate(former)), ca })
      load.speedUp()
      await roll('rotations with the third certificate')
      t.match(await readGate(broker), { open: true })
      const statuses = await load.stop()
      t.ok(statuses.length > CONSENTS, `${statuses.length} hand-outs`)
      t.same(new Set(statuses), new Set([200]), 'no live token is kept back')
      t.notOk(outcomes(broker).includes('uncertain'))
      await broker.stop()
      const after = await world.startMutual(files)
      await checkUntouched(t, world, after, consents)
      await after.stop()
    })
  })
}

/** A handshake that fails under TLS 1.2 is not known to be our fault; the request never left in either. */
async function waitUntilRefused(broker: TestBroker, version: SecureVersion): Promise<void> {
  if (version === 'TLSv1.2') {
    const before = outcomes(broker).filter((outcome) => outcome === 'not_processed').length
    const failed = () => outcomes(broker).filter((outcome) => outcome === 'not_processed').length > before
    await waitFor('handshakes to fail', failed)
    return
  }
  await waitFor('the gate to close', async () => (await readGate(broker)).reason === 'bank_refuses_us')
}

/** Longer than a connection may idle before it is used again (DESIGN 4.2). */
const SLOW_MS = 1_100
/** Of the callers between two rounds of asking: a bank that answers in 30 ms rotates no faster. */
const PAUSE_MS = 40

/** Has consents fall due all the time, and their tokens asked for. */
function startLoad(broker: TestBroker, sql: Sql, consents: ImportedConsent[]) {
  const statuses: number[] = []
  const due = `update consent_tokens set due_at = now(), retry_at = null where presentations = 0 and due_at > now()`
  let everyMs = 0
  let dueAtMs = 0
  let stopped = false

  async function run(): Promise<void> {
    while (!stopped) {
      const isTime = performance.now() - dueAtMs >= everyMs
      if (isTime) await sql(due)
      if (isTime) dueAtMs = performance.now()
      const answers = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
      statuses.push(...answers.map(({ status }) => status))
      await pause(PAUSE_MS)
    }
  }

  const running = run()
  return {
    slowDown: () => {
      everyMs = SLOW_MS
    },
    speedUp: () => {
      everyMs = 0
    },
    stop: async () => {
      stopped = true
      await running
      return statuses
    },
  }
}
