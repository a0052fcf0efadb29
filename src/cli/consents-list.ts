import type { Consent } from './answers.ts'
import { withApi } from './api.ts'
import { attentionOf, paintOf } from './attention.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import type { Io } from './io.ts'
import { LIMIT_OPTIONS, printPages, readLimit } from './list-pages.ts'
import type { Column } from './table.ts'

const HELP = `  --status STATUS             pending, active, reauthorization_required, rejected, failed, abandoned,
                              expired or revoked
  --customer-reference TEXT   your own name for the customer, whole
  --iban -                    the whole IBAN, read from the standard input: on the command line (--iban NL…)
                              others on this machine could see it
  --expires-before TIME       such as 2026-12-01T00:00:00Z
  --owner ID                  the caller they belong to
  --sort attention|newest     attention: what needs a person first
  --limit N                   how many at most; 50
  --all                       all of them
  --json                      one JSON object a line, as the API has it

A caller with ops sees all consents, one with consents:read its own.`

const COLUMNS: readonly Column<Consent>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'STATUS', of: ({ status }) => status, flexible: true },
  { title: 'ATTENTION', of: attentionOf, paint: paintOf },
  { title: 'OWNER', of: ({ owner }) => owner, flexible: true, leaveOut: 4 },
  { title: 'REFERENCE', of: (consent) => consent.customer_reference ?? '–', flexible: true, leaveOut: 1 },
  { title: 'ACCOUNT', of: ({ account }) => account ?? '–', leaveOut: 2 },
  { title: 'ENDS', of: ({ expires_at }) => expires_at?.slice(0, 10) ?? '–', leaveOut: 3 },
  { title: 'DAYS', of: ({ days_left }) => (days_left === null ? '–' : String(days_left)), right: true },
  { title: 'REFRESH', of: ({ refresh }) => refresh.state, leaveOut: 5 },
]

export const consentsList = defineCommand({
  name: 'consents list',
  summary: 'List consents, those that need a person first',
  takes: '[options]',
  help: HELP,
  options: {
    ...JSON_OPTION,
    ...LIMIT_OPTIONS,
    status: { type: 'string' },
    'customer-reference': { type: 'string' },
    iban: { type: 'string' },
    'expires-before': { type: 'string' },
    owner: { type: 'string' },
    sort: { type: 'string' },
  },
  run: async ({ values, io }) => {
    const { json, status, owner, sort, limit, all } = values
    const listing = {
      path: '/v1/consents',
      query: {
        status,
        owner,
        sort,
        customer_reference: values['customer-reference'],
        expires_before: values['expires-before'],
        iban: await readIban(values.iban, io),
      },
      limit: readLimit({ all, ...(limit !== undefined && { limit }) }),
      json,
      columns: COLUMNS,
      none: 'No consent is like that.',
    }
    await withApi(io, (api) => printPages(api, listing, io))
    return EXIT.ok
  },
})

async function readIban(given: string | undefined, io: Io): Promise<string | undefined> {
  if (given !== '-') return given
  return (io.isInteractive ? await io.ask('IBAN: ') : await io.readInput()).trim()
}
