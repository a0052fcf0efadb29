import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AUDIENCE, claims, ISSUER, newSigner, sign } from '../callers/support/tokens.ts'
import { call } from '../support/api.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { importConsents } from './consents.ts'
import { type LoadResult, load } from './load.ts'
import { startProcess } from './process.ts'
import type { Scope } from './scope.ts'
import type { Row } from './table.ts'

const CONSENTS = 50
const ROUNDS = 5
const DURATION_MS = 1_500
const CONNECTIONS = 16

/** Hands out fresh tokens to a caller with a JWT, against the same one with a static key, in one process. */
export async function callersBench(scope: Scope): Promise<readonly Row[]> {
  const signer = await newSigner('RS256', 'bench')
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-bench-'))
  scope.teardown(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'jwks.json')
  await writeFile(file, JSON.stringify({ keys: [signer.jwk] }))
  const world = await createWorld(scope, {
    env: {
      CALLER_JWKS_FILE: file,
      CALLER_ISSUER: ISSUER,
      CALLER_AUDIENCE: AUDIENCE,
      CALLER_MAX_PER_SECOND: 'off',
    },
  })
  const url = await startProcess(scope, './broker-process.ts', world.env)
  const ids = await importConsents(world, url, CONSENTS)
  await waitFor('all first rotations', async () => (await activeCount(url)) === CONSENTS, 60_000)
  const paths = ids.map((id) => `/v1/consents/${id}/token`)
  const measure = (bearer: string): Promise<LoadResult> => {
    const headers = { authorization: `Bearer ${bearer}` }
    return load({ url, paths, connections: CONNECTIONS, durationMs: DURATION_MS, headers })
  }
  const jwt = await sign(signer, claims({ scope: 'tokens' }))
  const ours: LoadResult[] = []
  const theirs: LoadResult[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure(jwt))
    theirs.push(await measure(KEYS.ledger))
  }
  const perSecond = (results: readonly LoadResult[]) => results.map((result) => result.perSecond)
  const bench = `hand-out by JWT against static key, ${CONNECTIONS} connections`
  return [
    { bench, unit: 'requests/s', measured: perSecond(ours), against: perSecond(theirs), reach: '≥ 0.9' },
  ]
}

async function activeCount(internalUrl: string): Promise<number> {
  return (await call({ internalUrl }, 'GET /v1/status', { as: 'ops' })).body.consents.active
}
