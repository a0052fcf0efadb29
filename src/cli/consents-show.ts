import type { Consent, ConsentEvent } from './answers.ts'
import { type Page, withApi } from './api.ts'
import { attentionOf, endOf, paintOf } from './attention.ts'
import { consentId, defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import { EVENT_COLUMNS } from './event-table.ts'
import { type Fact, factLines } from './facts.ts'
import type { Io } from './io.ts'
import { shortTime, toJson } from './printable.ts'
import { createTable } from './table.ts'

const EVENTS_SHOWN = 10

export const consentsShow = defineCommand({
  name: 'consents show',
  summary: 'Show a consent: why it is as it is, what comes next, and what happened last',
  takes: 'ID [--json]',
  help: '  --json   the consent as the API has it, without its events',
  options: JSON_OPTION,
  words: ['ID'],
  run: async ({ values: { json }, words, io }) => {
    const path = `/v1/consents/${consentId(words[0])}`
    return withApi(io, async (api) => {
      const consent = await api.get<Consent>(path)
      if (json) {
        io.say(toJson(consent))
        return EXIT.ok
      }
      for (const line of factLines(factsOf(consent), io.terminal)) io.say(line)
      showEvents((await api.get<Page<ConsentEvent>>(`${path}/events`, { limit: EVENTS_SHOWN })).items, io)
      return EXIT.ok
    })
  },
})

function showEvents(events: readonly ConsentEvent[], io: Io): void {
  io.say('')
  for (const line of createTable(EVENT_COLUMNS, io.terminal).lines(events)) io.say(line)
}

/** All there is to say of a consent, what matters first. */
export function factsOf(consent: Consent): readonly Fact[] {
  const { explanation, refresh, status_reason: reason } = consent
  const time = (value: string | null) => (value === null ? null : shortTime(value))
  return [
    ['consent', consent.id],
    ['status', reason === null ? consent.status : `${consent.status}, ${reason}`, paintOf(consent)],
    ['attention', attentionOf(consent), paintOf(consent)],
    ['why', explanation?.why ?? null],
    ['next', explanation?.next ?? null],
    ['ends', consent.expires_at === null ? null : endOf(consent)],
    ['renew', renewalOf(consent)],
    ['refresh', refreshOf(refresh)],
    ['', null],
    ['owner', consent.owner],
    ['granted to', consent.granted_to.join(', ') || null],
    ['reference', consent.customer_reference],
    ['account', consent.account],
    ['scopes', consent.scopes.join(' ')],
    ['requested', sameScopes(consent) ? null : consent.requested_scopes.join(' ')],
    ['transaction', consent.transaction_id],
    ['bank', consent.bank_brand === null ? consent.bank : `${consent.bank}, ${consent.bank_brand}`],
    ['created', time(consent.created_at)],
    ['authorized', time(consent.authorized_at)],
    ['confirmed', consent.confirm ? (time(consent.confirmed_at) ?? 'not yet') : null],
    ['erased', time(consent.erased_at)],
    ...Object.entries(consent.metadata).map(([name, value]): Fact => [`metadata ${name}`, value]),
  ]
}

function renewalOf({ renewal_advised_at: at, renewal_advised_in_days: days }: Consent): string | null {
  if (days === null) return null
  return days === 0 ? 'now' : `from ${at === null ? '–' : at.slice(0, 10)} on (${days} d)`
}

function refreshOf({
  state,
  last_success_at,
  next_due_at,
  consecutive_failures,
  last_error,
}: Consent['refresh']) {
  const parts = [
    state,
    last_success_at === null ? null : `last at ${shortTime(last_success_at)}`,
    next_due_at === null ? null : `next at ${shortTime(next_due_at)}`,
    consecutive_failures === 0 ? null : `${consecutive_failures} failures in a row`,
    last_error === null ? null : `last error ${last_error}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

function sameScopes({ scopes, requested_scopes: requested }: Consent): boolean {
  return scopes.length === requested.length && scopes.every((scope) => requested.includes(scope))
}
