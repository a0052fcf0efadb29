import { createWorld, KEYS } from '../support/broker.ts'
import { getConsent } from '../support/consents.ts'
import { waitFor } from '../support/wait-for.ts'
import { importConsents } from './consents.ts'
import { type LoadResult, load } from './load.ts'
import { startProcess } from './process.ts'
import type { Scope } from './scope.ts'
import type { Row } from './table.ts'

const CONSENTS = 300
const ROUNDS = 5
const DURATION_MS = 1_500
const CONNECTIONS = 16

/** Hands out tokens whose row is read each time, with statements known by name and without. */
export async function namedStatementsBench(scope: Scope): Promise<readonly Row[]> {
  const world = await createWorld(scope, { env: { CALLER_MAX_PER_SECOND: '1000000', TOKEN_CACHE: 'off' } })
  const named = await startProcess(scope, './broker-process.ts', world.env)
  const unnamed = await startProcess(scope, './broker-process.ts', {
    ...world.env,
    PUBLIC_PORT: '0',
    REFRESHER: 'off',
    DATABASE_NAMED_STATEMENTS: 'off',
  })
  const ids = await importConsents(world, named, CONSENTS)
  for (const id of ids) {
    await waitFor('its rotation', async () => {
      return (await getConsent({ internalUrl: named }, id)).status === 'active'
    })
  }
  const [ours, theirs]: [LoadResult[], LoadResult[]] = [[], []]
  const common = {
    paths: ids.map((id) => `/v1/consents/${id}/token`),
    headers: { authorization: `Bearer ${KEYS.ledger}` },
    connections: CONNECTIONS,
    durationMs: DURATION_MS,
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await load({ ...common, url: named }))
    theirs.push(await load({ ...common, url: unnamed }))
  }
  const figures = (results: readonly LoadResult[]) => results.map(({ perSecond }) => perSecond)
  const bench = 'hand-out by the row, named statements'
  const [measured, against] = [figures(ours), figures(theirs)]
  return [{ bench, unit: 'requests/s', measured, against, reach: '≥ 1.2' }]
}
