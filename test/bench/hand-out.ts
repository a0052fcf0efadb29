import { call } from '../support/api.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { importConsents } from './consents.ts'
import { type LoadResult, load } from './load.ts'
import { startProcess } from './process.ts'
import type { Scope } from './scope.ts'
import type { Row } from './table.ts'

const CONSENTS = 500
const ROUNDS = 5
const DURATION_MS = 1_500

/** Hands out fresh tokens, authenticated, against a bare route that returns the same bytes. */
export async function handOutBench(scope: Scope): Promise<readonly Row[]> {
  // One caller asks for all that there is: its rate is counted, but not what is measured here.
  const world = await createWorld(scope, { env: { CALLER_MAX_PER_SECOND: '1000000' } })
  const broker = await startProcess(scope, './broker-process.ts', world.env)
  const bare = await startProcess(scope, './bare-process.ts', {})
  const ids = await importConsents(world, broker, CONSENTS)
  await waitFor('all first rotations', async () => (await activeCount(broker)) === CONSENTS, 60_000)
  const paths = ids.map((id) => `/v1/consents/${id}/token`)
  const rows: Row[] = []
  for (const connections of [1, 16, 64]) rows.push(...(await compare({ broker, bare, paths, connections })))
  return rows
}

async function activeCount(internalUrl: string): Promise<number> {
  return (await call({ internalUrl }, 'GET /v1/status', { as: 'ops' })).body.consents.active
}

interface Comparison {
  readonly broker: string
  readonly bare: string
  readonly paths: readonly string[]
  readonly connections: number
}

async function compare({ broker, bare, paths, connections }: Comparison): Promise<readonly Row[]> {
  const common = {
    paths,
    connections,
    durationMs: DURATION_MS,
    headers: { authorization: `Bearer ${KEYS.ledger}` },
  }
  const ours: LoadResult[] = []
  const theirs: LoadResult[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await load({ ...common, url: broker }))
    theirs.push(await load({ ...common, url: bare }))
  }
  const name = `hand-out, ${connections} connections`
  return [
    row(name, 'requests/s', { ours, theirs, reach: '≥ 0.75' }),
    row(name, 'p99 ms', { ours, theirs, reach: '≤ 1.5' }),
  ]
}

interface Measured {
  readonly ours: readonly LoadResult[]
  readonly theirs: readonly LoadResult[]
  readonly reach: string
}

function row(bench: string, unit: 'requests/s' | 'p99 ms', { ours, theirs, reach }: Measured): Row {
  const pick = (result: LoadResult) => (unit === 'p99 ms' ? result.p99Ms : result.perSecond)
  return { bench, unit, measured: ours.map(pick), against: theirs.map(pick), reach }
}
