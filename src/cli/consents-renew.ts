import type { Started } from './answers.ts'
import { withApi } from './api.ts'
import { consentId, defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import { harmless, shortTime, toJson } from './printable.ts'

export const consentsRenew = defineCommand({
  name: 'consents renew',
  summary: 'Renew a consent: print the link that its customer must open',
  takes: 'ID [options]',
  help: `  --return-url URL   where the customer is sent afterwards
  --json             as the API answers it

The tokens of before go on working until the customer has come back.`,
  options: { ...JSON_OPTION, 'return-url': { type: 'string' } },
  words: ['ID'],
  run: async ({ values, words, io }) => {
    const path = `/v1/consents/${consentId(words[0])}/authorizations`
    const returnUrl = values['return-url']
    const body = returnUrl === undefined ? {} : { return_url: returnUrl }
    const started = await withApi(io, (api) => api.send<Started>('POST', path, body))
    if (values.json) {
      io.say(toJson(started))
      return EXIT.ok
    }
    io.tell(
      `Send the customer this link; it can be opened until ${shortTime(started.authorization_expires_at)}:`,
    )
    io.say(harmless(started.authorization_url))
    return EXIT.ok
  },
})
