import { withApi } from './api.ts'
import { consentId, defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import { EVENT_COLUMNS } from './event-table.ts'
import { LIMIT_OPTIONS, printPages, readLimit } from './list-pages.ts'

export const events = defineCommand({
  name: 'events',
  summary: 'List what happened to a consent, newest first',
  takes: 'ID [options]',
  help: `  --limit N   how many at most; 50
  --all       all of them
  --json      one JSON object a line, as the API has it`,
  options: { ...JSON_OPTION, ...LIMIT_OPTIONS },
  words: ['ID'],
  run: async ({ values: { json, limit, all }, words, io }) => {
    const listing = {
      path: `/v1/consents/${consentId(words[0])}/events`,
      query: {},
      limit: readLimit({ all, ...(limit !== undefined && { limit }) }),
      json,
      columns: EVENT_COLUMNS,
      none: 'Nothing has happened yet.',
    }
    await withApi(io, (api) => printPages(api, listing, io))
    return EXIT.ok
  },
})
