import type { Caller } from './caller.ts'
import { type ConsentStatus, effectiveStatus, normalizeIban } from './consent.ts'
import type {
  ConsentEvent,
  ConsentFilter,
  ConsentRecord,
  PagePosition,
  StoreSummary,
} from './consent-store.ts'
import { NotFoundError } from './errors.ts'
import type { GateEvent, GateState } from './gate-store.ts'
import { assertAllowed, assertReaches, type ConsentCall, reachesAll } from './permissions.ts'
import type { Ports } from './ports.ts'
import type { Slots } from './slots.ts'

export interface ConsentQuery {
  readonly status?: ConsentStatus
  readonly customerReference?: string
  readonly iban?: string
  readonly expiresBefore?: Date
  readonly owner?: string
}

/** How the broker stands: what the database knows, and the window of the replica that was asked. */
export interface Status {
  readonly summary: StoreSummary
  readonly gate: GateState
  readonly events: readonly GateEvent[]
  readonly window: number
}

const EVENTS_SHOWN = 10

export type RefreshActivity = 'idle' | 'due' | 'rotating' | 'waiting' | 'uncertain' | 'held' | 'lost'

/** What callers and operations ask about consents; operations see all, callers their own. */
export function createQueries({ bank, clock, consents, gates, vault }: Ports, slots: Pick<Slots, 'window'>) {
  const get = (caller: Caller, consentId: string) => find(caller, 'getConsent', consentId)

  async function find(caller: Caller, call: ConsentCall, consentId: string): Promise<ConsentRecord> {
    assertAllowed(caller, call)
    const record = await consents.find(consentId)
    if (record === null) throw new NotFoundError()
    assertReaches(caller, call, record.consent)
    return record
  }

  async function list(
    caller: Caller,
    query: ConsentQuery,
    page: { limit: number; after: PagePosition | null },
  ): Promise<ConsentRecord[]> {
    assertAllowed(caller, 'listConsents')
    const { iban, status, ...plain } = query
    const filter: ConsentFilter = {
      ...plain,
      ...(status === undefined ? {} : { status: { is: status, at: clock.now() } }),
      ...(reachesAll(caller, 'listConsents') ? {} : { owner: caller.id }),
      ...(iban === undefined ? {} : { iban: vault.searchHashes(normalizeIban(iban)) }),
    }
    const foreign = query.owner !== undefined && query.owner !== (filter.owner ?? query.owner)
    return foreign ? [] : consents.list(filter, page)
  }

  async function events(
    caller: Caller,
    consentId: string,
    page: { limit: number; before: string | null },
  ): Promise<ConsentEvent[]> {
    await find(caller, 'listConsentEvents', consentId)
    return consents.events(consentId, page)
  }

  async function status(caller: Caller): Promise<Status> {
    assertAllowed(caller, 'getStatus')
    const [summary, gate, events] = await Promise.all([
      consents.summary(clock.now()),
      gates.read(bank.id),
      gates.events(bank.id, EVENTS_SHOWN),
    ])
    return { summary, gate, events, window: slots.window() }
  }

  return { get, list, events, status }
}

/** Says in one word what the rotation of a consent is doing (DESIGN section 8). */
export function refreshActivity({ consent, tokens, held }: ConsentRecord, now: Date): RefreshActivity {
  const status = effectiveStatus(consent, now)
  if (status === 'reauthorization_required' || status === 'failed') return 'lost'
  if (tokens === null || status === 'expired') return 'idle'
  if (tokens.attemptId !== null) return (tokens.leaseUntil ?? now) > now ? 'rotating' : 'uncertain'
  if (tokens.presentations > 0) return 'uncertain'
  if (held) return 'held'
  if (tokens.retryAt !== null && tokens.retryAt > now) return 'waiting'
  return tokens.dueAt !== null && tokens.dueAt <= now ? 'due' : 'idle'
}
