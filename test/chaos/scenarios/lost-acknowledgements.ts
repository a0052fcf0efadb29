import { setTimeout as sleep } from 'node:timers/promises'
import type { Part } from '../parts.ts'
import { noneLost } from './expectations.ts'

const ROUNDS = 20
const ROUND_MS = 500
/** Claims, settlements and verdicts alike. */
const STATEMENT = 'update consent_tokens'

/** Commits happen, and nobody is told: a claim or settlement must not be guessed. */
export const lostAcknowledgements: Part = {
  name: 'lost-acknowledgements',
  world: () => ({}),
  callers: () => 4,
  play: async ({ proxies }, { pace }) => {
    for (let round = 0; round < ROUNDS * pace; round += 1) {
      for (const proxy of proxies) proxy.loseAnswers(2, STATEMENT)
      await sleep(ROUND_MS)
    }
    for (const proxy of proxies) proxy.loseAnswers(0, STATEMENT)
  },
  expect: (found, { proxies }) => {
    const lost = proxies.reduce((sum, proxy) => sum + proxy.lost(), 0)
    return [
      noneLost(found),
      { what: 'acknowledgements lost', figure: lost, reach: '≥ 10', holds: lost >= 10 },
    ]
  },
}
