import type { Caller } from './caller.ts'
import { type ConsentStatus, normalizeIban } from './consent.ts'
import type { ConsentEvent, ConsentFilter, ConsentPage, ConsentRecord, ListRequest } from './consent-store.ts'
import { NotFoundError } from './errors.ts'
import type { GateEvent, GateState } from './gate-store.ts'
import { lastDay, type QuarterOutcomes } from './outcomes.ts'
import { assertAllowed, assertReaches, type ConsentCall, reachesAll } from './permissions.ts'
import type { Ports } from './ports.ts'
import type { Slots } from './slots.ts'
import type { Ending, StoreSummary, Summary } from './summary.ts'

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

/** What is to come, and what was. */
export interface Statistics {
  readonly measuredAt: Date
  readonly endings: readonly Ending[]
  readonly rotations: readonly QuarterOutcomes[]
}

export interface QueryParts {
  readonly slots: Pick<Slots, 'window'>
  readonly summary: Summary
}

const EVENTS_SHOWN = 10

/** What callers and operations ask about consents; operations see all, callers their own. */
export function createQueries({ bank, clock, consents, gates, vault }: Ports, parts: QueryParts) {
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
    page: Omit<ListRequest, 'now'>,
  ): Promise<ConsentPage> {
    assertAllowed(caller, 'listConsents')
    const { iban, ...plain } = query
    const filter: ConsentFilter = {
      ...plain,
      ...(reachesAll(caller, 'listConsents') ? {} : { owner: caller.id }),
      ...(iban === undefined ? {} : { iban: vault.searchHashes(normalizeIban(iban)) }),
    }
    const foreign = query.owner !== undefined && query.owner !== (filter.owner ?? query.owner)
    return foreign ? { records: [], next: null } : consents.list(filter, { ...page, now: clock.now() })
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
      parts.summary.read(),
      gates.read(bank.id),
      gates.events(bank.id, EVENTS_SHOWN),
    ])
    return { summary, gate, events, window: parts.slots.window() }
  }

  async function statistics(caller: Caller): Promise<Statistics> {
    assertAllowed(caller, 'getStatistics')
    const [{ endings, countedAt }, outcomes] = await Promise.all([
      parts.summary.count(),
      gates.outcomes(bank.id),
    ])
    return { measuredAt: countedAt, endings, rotations: lastDay(outcomes, clock.now()) }
  }

  return { get, list, events, status, statistics }
}
