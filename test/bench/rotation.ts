import { Pool } from 'undici'
import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { importConsents } from './consents.ts'
import { startProcess } from './process.ts'
import type { Scope } from './scope.ts'
import type { Row } from './table.ts'

const CONSENTS = 2_000
const IN_FLIGHT = 200
const BANK_LATENCY_MS = 100

/** Rotates a herd that is due at once, against a bare loop with the same client that stores nothing. */
export async function rotationBench(scope: Scope): Promise<readonly Row[]> {
  const world = await createWorld(scope, { env: { BANK_MAX_CONCURRENCY: String(IN_FLIGHT) } })
  const broker = await startProcess(scope, './broker-process.ts', world.env)
  await call({ internalUrl: broker }, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'bench' } })
  await importConsents(world, broker, CONSENTS)
  world.bank.settings.latencyMs = BANK_LATENCY_MS
  const measured = await rotateAll(broker)
  const against = await bareLoop(world)
  return [
    {
      bench: `rotations, bank of ${BANK_LATENCY_MS} ms, ${IN_FLIGHT} in flight`,
      unit: 'rotations/s',
      measured: [measured],
      against: [against],
      reach: '≥ 0.8, ≥ 500/s',
    },
  ]
}

async function rotateAll(internalUrl: string): Promise<number> {
  const startedAt = performance.now()
  await call({ internalUrl }, 'POST /v1/refresher/resume', { as: 'ops' })
  const done = async () =>
    (await call({ internalUrl }, 'GET /v1/status', { as: 'ops' })).body.consents.active === CONSENTS
  await waitFor('all rotations', done, 120_000)
  return (CONSENTS / (performance.now() - startedAt)) * 1000
}

async function bareLoop({ bank, bankUrl }: Awaited<ReturnType<typeof createWorld>>): Promise<number> {
  const grants = await Promise.all(Array.from({ length: CONSENTS }, () => bank.startGrant()))
  const pool = new Pool(bankUrl, { connections: IN_FLIGHT, pipelining: 1 })
  const startedAt = performance.now()
  const worker = async () => {
    for (let grant = grants.pop(); grant !== undefined; grant = grants.pop()) {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'TPP_test',
        refresh_token: grant.refresh_token,
      }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await pool.request({ method: 'POST', path: '/as/token.oauth2', headers, body })
      await answer.body.json()
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  const perSecond = (CONSENTS / (performance.now() - startedAt)) * 1000
  await pool.close()
  return perSecond
}
