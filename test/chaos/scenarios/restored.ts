import { setTimeout as sleep } from 'node:timers/promises'
import type { PracticeBank } from '../../../src/practice-bank/index.ts'
import { waitFor } from '../../support/wait-for.ts'
import { OLDER_DATA } from '../check/refused.ts'
import type { Expectation, Part } from '../parts.ts'
import type { World } from '../support/world.ts'

const PER_CONSENT_MS = 60_000
const QUIET_MS = 3_000
/** Calls in flight at the bank for each of three replicas, when the brake is pulled at the fifth refusal. */
const WINDOW = 4
const MOST_BURNED = 5 + 3 * WINDOW

let presentedFromOld = 0

/**
 * An older database is put back by mistake: all its tokens are spent, and this bank ends a grant at every reuse.
 * The refusal brake must stop the fleet before much is burned; then the right data comes back.
 */
export const restored: Part = {
  name: 'restored',
  world: () => ({ bank: { revokeGrantOnReuse: true }, env: { BANK_MAX_CONCURRENCY: String(WINDOW) } }),
  callers: () => 4,
  forgiven: ['commit_forgotten'],
  waived: [
    'presentations again although the answer had been received',
    'answers received by a living broker and lost',
    'consents lost without a limit of DESIGN 4.8, or under a wrong one',
  ],
  play: async (world, { ttlSeconds }) => {
    await swapData(world, { save: 'older' })
    await untilAllRotated(world)
    const disturbance = world.disturbances.begin(OLDER_DATA)
    await swapData(world, { save: 'right', restore: 'older' })
    const before = presented(world.bank)
    await untilQuiet(world.bank, ttlSeconds * 1_000)
    presentedFromOld = presented(world.bank) - before
    await swapData(world, { restore: 'right' })
    world.disturbances.end(disturbance)
  },
  expect: ({ chains, losses }) => {
    const least = chains.length - MOST_BURNED
    const burned = {
      figure: presentedFromOld,
      reach: `≤ ${MOST_BURNED}`,
      holds: presentedFromOld <= MOST_BURNED,
    }
    return [
      { what: 'presentations while the older data stood', ...burned },
      atLeast(
        least,
        'grants alive at the bank after all',
        chains.filter(({ livesAtBank }) => livesAtBank).length,
      ),
      atLeast(least, 'consents alive here after all', chains.length - losses.length),
    ]
  },
}

function atLeast(least: number, what: string, figure: number): Expectation {
  return { what, figure, reach: `≥ ${least}`, holds: figure >= least }
}

/** Probes with a made-up token are of no consent. */
function presented({ ledger }: PracticeBank): number {
  return ledger.presentations().filter(({ grantId }) => grantId !== null).length
}

interface Swap {
  readonly save?: string
  readonly restore?: string
}

async function swapData({ database, proxies }: World, { save, restore }: Swap): Promise<void> {
  await database.stop('fast')
  if (save !== undefined) await database.save(save)
  if (restore !== undefined) await database.restore(restore)
  await database.start()
  for (const proxy of proxies) proxy.cut()
}

/** So that every token in the saved data has been spent. */
async function untilAllRotated({ bank, consents }: World): Promise<void> {
  const before = new Map(consents.map(({ grantId }) => [grantId, bank.ledger.currentRefreshToken(grantId)]))
  const moved = () => [...before].every(([id, token]) => bank.ledger.currentRefreshToken(id) !== token)
  await waitFor('every consent to be rotated', moved, PER_CONSENT_MS)
}

/** A life of the tokens at least, and until nothing is presented any more; or twice as long where that never comes. */
async function untilQuiet({ ledger }: PracticeBank, ttlMs: number): Promise<void> {
  const endsAt = Date.now() + 2 * ttlMs
  await sleep(ttlMs)
  const quiet = () => Date.now() - (ledger.presentations().at(-1)?.presentedAt ?? 0) > QUIET_MS
  while (Date.now() < endsAt && !quiet()) await sleep(100)
}
