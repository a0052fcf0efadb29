import type { Delivery } from './answers.ts'
import { withApi } from './api.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import type { Paint } from './io.ts'
import { LIMIT_OPTIONS, printPages, readLimit } from './list-pages.ts'
import { shortTime } from './printable.ts'
import type { Column } from './table.ts'

export const DELIVERIES = '/v1/webhooks/deliveries'

const PAINTS: Readonly<Record<Delivery['state'], Paint | null>> = {
  pending: null,
  delivered: 'green',
  dead: 'red',
}

const COLUMNS: readonly Column<Delivery>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'STATE', of: ({ state }) => state, paint: ({ state }) => PAINTS[state] },
  { title: 'SUBSCRIBER', of: ({ subscriber }) => subscriber, flexible: true },
  { title: 'EVENT', of: ({ type }) => type },
  { title: 'CONSENT', of: ({ consent_id }) => consent_id, leaveOut: 2 },
  { title: 'TRIES', of: ({ attempts }) => String(attempts), right: true },
  { title: 'NEXT', of: ({ next_attempt_at }) => shortTime(next_attempt_at), leaveOut: 1 },
  { title: 'LAST ERROR', of: ({ last_error }) => last_error ?? '–', flexible: true },
]

export const webhooksList = defineCommand({
  name: 'webhooks list',
  summary: 'List the webhooks that are sent, newest first',
  takes: '[options]',
  help: `  --state STATE       pending, delivered, or dead: given up
  --subscriber ID     one of WEBHOOKS_FILE
  --consent ID        of one consent
  --limit N           how many at most; 50
  --all               all of them
  --json              one JSON object a line, as the API has it`,
  options: {
    ...JSON_OPTION,
    ...LIMIT_OPTIONS,
    state: { type: 'string' },
    subscriber: { type: 'string' },
    consent: { type: 'string' },
  },
  run: async ({ values: { json, limit, all, state, subscriber, consent }, io }) => {
    const listing = {
      path: DELIVERIES,
      query: { state, subscriber, consent_id: consent },
      limit: readLimit({ all, ...(limit !== undefined && { limit }) }),
      json,
      columns: COLUMNS,
      none: 'No webhook is like that.',
    }
    await withApi(io, (api) => printPages(api, listing, io))
    return EXIT.ok
  },
})
