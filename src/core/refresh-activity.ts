import { effectiveStatus } from './consent.ts'
import type { ConsentRecord } from './consent-store.ts'

export type RefreshActivity = 'idle' | 'due' | 'rotating' | 'waiting' | 'uncertain' | 'held' | 'lost'

/** Says in one word what the rotation of a consent is doing (DESIGN section 8). */
export function refreshActivity({ consent, tokens, standstill }: ConsentRecord, now: Date): RefreshActivity {
  const status = effectiveStatus(consent, now)
  if (status === 'reauthorization_required' || status === 'failed') return 'lost'
  if (tokens === null || status === 'expired') return 'idle'
  if (tokens.attemptId !== null) return (tokens.leaseUntil ?? now) > now ? 'rotating' : 'uncertain'
  if (tokens.presentations > 0) return 'uncertain'
  if (standstill !== null) return 'held'
  if (tokens.retryAt !== null && tokens.retryAt > now) return 'waiting'
  return tokens.dueAt !== null && tokens.dueAt <= now ? 'due' : 'idle'
}
