import { createScope, type Scope } from '../bench/scope.ts'
import { type Audit, audit } from './check/audit.ts'
import { type Invariant, invariantsOf } from './check/invariants.ts'
import type { Limit } from './check/losses.ts'
import type { Options } from './options.ts'
import { createRandom } from './random.ts'
import { type Settled, settle } from './settle.ts'
import { startCallers } from './support/callers.ts'
import { createWorld, type World, type WorldOptions } from './support/world.ts'

/** What a part demands beyond the invariants of all. */
export interface Expectation {
  readonly what: string
  readonly figure: number | string
  readonly reach: string
  readonly holds: boolean
}

/** The campaign, or one named scenario: faults on a world of its own, which is then audited. */
export interface Part {
  readonly name: string
  readonly world: (options: Options) => Partial<WorldOptions>
  readonly callers: (options: Options) => number
  /** Makes the faults happen, and ends them. */
  readonly play: (world: World, options: Options, scope: Scope) => Promise<void>
  readonly expect: (audit: Audit, world: World) => readonly Expectation[]
  /** Limits that the part brings about itself, whatever became of single tokens. */
  readonly forgiven?: readonly Limit[]
  /** Invariants that the part must break to make its point. */
  readonly waived?: readonly string[]
}

export interface PartResult {
  readonly name: string
  readonly audit: Audit
  readonly invariants: readonly Invariant[]
  readonly expectations: readonly Expectation[]
  readonly settled: Settled
  readonly seconds: number
}

export async function runPart(part: Part, options: Options): Promise<PartResult> {
  const scope = createScope()
  const startedAt = performance.now()
  try {
    const world = await createWorld(scope, worldOptions(part, options))
    const { consents, replicas } = world
    const random = createRandom(options.seed, `${part.name} callers`)
    const callers = startCallers({ consents, replicas, random, count: part.callers(options) })
    await part.play(world, options, scope)
    const settled = await settle(world)
    await callers.stop()
    const found = await audit(world, callers.asked, part.forgiven ?? [])
    const invariants = invariantsOf(world, found, settled).filter(({ what }) => !part.waived?.includes(what))
    const seconds = (performance.now() - startedAt) / 1_000
    return {
      name: part.name,
      audit: found,
      invariants,
      settled,
      seconds,
      expectations: part.expect(found, world),
    }
  } finally {
    await scope.end()
  }
}

function worldOptions(part: Part, options: Options): WorldOptions {
  const { scenarioConsents, ttlSeconds, keep } = options
  return { consents: scenarioConsents, ttlSeconds, keep, ...part.world(options) }
}

/** Whether nothing happened that must not, and all that was demanded. */
export function hasPassed({ invariants, expectations }: PartResult): boolean {
  return invariants.every(({ count }) => count === 0) && expectations.every(({ holds }) => holds)
}
