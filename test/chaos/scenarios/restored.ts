import { setTimeout as sleep } from 'node:timers/promises'
import type { PracticeBank } from '../../../src/practice-bank/index.ts'
import { waitFor } from '../../support/wait-for.ts'
import { OLDER_DATA } from '../check/refused.ts'
import type { Part } from '../parts.ts'
import type { World } from '../support/world.ts'

const PER_CONSENT_MS = 60_000
const QUIET_MS = 3_000

let presentedFromOld = 0

/**
 * An older database is put back by mistake: all its tokens are spent, and this bank ends a grant at every reuse.
 * The refusal brake must stop the fleet before much is burned; then the right data comes back.
 */
export const restored: Part = {
  name: 'restored',
  world: () => ({ bank: { revokeGrantOnReuse: true } }),
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
    const before = world.bank.ledger.count()
    await untilQuiet(world.bank, ttlSeconds * 1_000)
    presentedFromOld = world.bank.ledger.count() - before
    await swapData(world, { restore: 'right' })
    world.disturbances.end(disturbance)
  },
  expect: ({ chains, losses }) => {
    const alive = chains.filter(({ livesAtBank }) => livesAtBank).length
    const most = Math.round(chains.length * 0.8)
    return [
      {
        what: 'presentations while the older data stood',
        figure: presentedFromOld,
        reach: `≤ ${chains.length - most}`,
        holds: presentedFromOld <= chains.length - most,
      },
      { what: 'grants alive at the bank after all', figure: alive, reach: `≥ ${most}`, holds: alive >= most },
      {
        what: 'consents still alive here',
        figure: chains.length - losses.length,
        reach: `≥ ${most}`,
        holds: chains.length - losses.length >= most,
      },
    ]
  },
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
