import type { Part } from '../parts.ts'
import { playFaults } from '../play.ts'
import { describeFault, planFaults } from '../schedule.ts'

/** So that some calls are always in flight when something happens. */
const BANK_LATENCY_MS = 40

/** Everything goes wrong at once, by a schedule that the seed decides. */
export const campaign: Part = {
  name: 'campaign',
  world: ({ consents }) => ({ consents, bank: { latencyMs: BANK_LATENCY_MS } }),
  callers: ({ callers }) => callers,
  play: async (world, { seed, durationMs, pace }) => {
    const planned = planFaults(seed, durationMs, pace)
    console.log(`\nthe schedule:\n${planned.map(describeFault).join('\n')}`)
    await playFaults(world, planned, seed)
  },
  expect: ({ rotations, chains }) => [
    {
      what: 'rotations a consent',
      figure: Math.round((rotations / chains.length) * 10) / 10,
      reach: '≥ 2',
      holds: rotations >= 2 * chains.length,
    },
  ],
}
