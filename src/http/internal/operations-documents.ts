import { answer, NoQuery, requestBody } from '../schemas/common.ts'
import { ConsentSchema } from '../schemas/consent.ts'
import { IMPORTED_EXAMPLE } from '../schemas/consent-examples.ts'
import { ImportConsentSchema } from '../schemas/consent-requests.ts'
import {
  HOLD_EXAMPLE,
  HoldRequestSchema,
  HoldSchema,
  STATUS_EXAMPLE,
  StatusSchema,
} from '../schemas/operations.ts'
import { problems, WITH_BODY } from '../schemas/problem.ts'
import { ruled } from './ruled.ts'

const common = { tags: ['Operations'], querystring: NoQuery }

export const status = {
  ...common,
  ...ruled('getStatus', 'Counts of all consents, how far refreshing lags behind, and what holds it.'),
  summary: 'Read how the broker stands',
  response: {
    200: answer('Counts, lag and keys.', StatusSchema, {
      well: { summary: 'All is well', value: STATUS_EXAMPLE },
      held: {
        summary: 'Held by hand',
        value: { ...STATUS_EXAMPLE, refresh: { ...STATUS_EXAMPLE.refresh, hold: HOLD_EXAMPLE } },
      },
    }),
    ...problems(),
  },
}

/** Not to be taken as it is, on any day: what is kept for the end of a consent must be its true one. */
const FILL_IN = '9999-12-31T23:59:59Z'

const chain = {
  refresh_token: 'UHjIAzBZfLGh4dLm8cvEcH6d8BrOmCZXumOpznQBP1',
  scopes: ['psd2:account:balance:read'],
  expires_at: FILL_IN,
}

export const importConsent = {
  ...common,
  ...ruled(
    'importConsent',
    'From another system, or onto an existing consent as a rescue. `pending` until its first rotation, which comes at once; a rescued consent whose account is known, until Consent Info has then told the same one. A token that is sent again changes nothing.',
  ),
  summary: 'Move a chain of tokens in',
  ...requestBody(ImportConsentSchema, {
    move: {
      summary: 'From another system; fill in its token and its end',
      value: { ...chain, owner: 'ledger', customer_reference: 'customer-4711' },
    },
    rescue: {
      summary: 'Onto an existing consent; fill in the token and its end',
      value: { ...chain, consent_id: IMPORTED_EXAMPLE.id },
    },
  }),
  response: {
    201: answer('The consent, pending and due at once.', ConsentSchema, {
      imported: { summary: 'Imported', value: IMPORTED_EXAMPLE },
    }),
    ...problems(...WITH_BODY, 'consent_not_found', 'consent_revoked', 'consent_erased'),
  },
}

export const hold = {
  ...common,
  ...ruled(
    'holdRefreshing',
    'For all replicas; 1 hour by default, 24 at most. Live tokens are still handed out. A second hold takes the place of the first.',
  ),
  summary: 'Hold refreshing at the bank',
  ...requestBody(HoldRequestSchema, {
    hour: { summary: 'For an hour', value: { reason: 'certificate swap with the bank' } },
  }),
  response: {
    200: answer('The hold.', HoldSchema, { held: { summary: 'Held', value: HOLD_EXAMPLE } }),
    ...problems(...WITH_BODY),
  },
}

export const resume = {
  ...common,
  ...ruled('resumeRefreshing', 'Ends a hold and a refusal brake; changes nothing where there is neither.'),
  summary: 'Resume refreshing at the bank',
  response: { 204: { type: 'null', description: 'Refreshing goes on.' }, ...problems(...WITH_BODY) },
}
