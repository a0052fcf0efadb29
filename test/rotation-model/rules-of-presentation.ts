import type { Run } from './run.ts'
import { LEASE_MS, SETTINGS } from './settings.ts'
import type { Ledger, Presentation } from './strict-bank.ts'

/** A replay that only the gate's own row can explain: read when everything has come to rest. */
export const GATE_ONLY = 'presented again without a reason, and the gate names none: '

/** DESIGN 4.3: once, and once more only where the answer was lost; never two at a time. Null where it may be. */
export function judgePresentation(run: Run, { token }: Presentation): string | null {
  const earlier = run.bank.presentations.filter((other) => other.token === token && other.end !== 'denied')
  const [first] = earlier
  if (first === undefined) return null
  if (earlier.some(({ end }) => end === 'in_flight')) return `two presentations of ${token} are in flight`
  if (earlier.length > 1) return `${token} is presented a third time`
  if (wasAnswered(first)) return `${token} is presented again though its answer came`
  return mayReplay(run, first) ? null : GATE_ONLY + token
}

/** By a process that is there to save it, and was never cut off alone (L1 of DESIGN 4.8). */
function wasAnswered({ end, answer, by }: Presentation): boolean {
  return end === 'answered' && answer !== 'invalid_grant' && by.alive && !by.alone
}

function mayReplay({ bank, time, setting }: Run, first: Presentation): boolean {
  const accessEnded = time.nowMs() >= accessEndsAtMs(bank, first)
  const salvaged = time.nowMs() >= first.sentAtMs + LEASE_MS + SETTINGS.salvageWaitMs
  if (accessEnded && salvaged) return first.answer !== 'invalid_grant' || first.end !== 'answered'
  // Its own process saw the call end, and told of it.
  const proven = setting.refreshReplay === 'prompt' && bank.wellAs > first.endedAs
  return first.end === 'lost' && (accessEnded || proven)
}

/** Of the pair that the refresh token belongs to. */
function accessEndsAtMs({ access }: Ledger, { token }: Presentation): number {
  return access.get(`A${token.slice(1)}`)?.endsAtMs ?? 0
}
