import Type from 'typebox'
import { encodeListCursor } from '../cursor.ts'
import { answer, ConsentIdParams, NoQuery, PageQuery, requestBody } from '../schemas/common.ts'
import {
  AccountSchema,
  ConsentPageSchema,
  ConsentSchema,
  EventPageSchema,
  StartedSchema,
} from '../schemas/consent.ts'
import {
  ACCOUNT_EXAMPLE,
  CONSENT_EXAMPLE,
  EVENT_EXAMPLE,
  PENDING_EXAMPLE,
  RENEWAL_EXAMPLE,
  STARTED_EXAMPLE,
} from '../schemas/consent-examples.ts'
import { ConfirmConsentSchema, RenewConsentSchema, StartConsentSchema } from '../schemas/consent-requests.ts'
import { NO_TOKEN, problems, WITH_BODY } from '../schemas/problem.ts'
import { ListQuery } from './list-query.ts'
import { ruled } from './ruled.ts'

const common = { tags: ['Consents'] }

const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'The same key with the same request gives the same answer, for 24 hours.',
    }),
  ),
})

export const start = {
  ...common,
  ...ruled('startConsent', 'Send the customer to `authorization_url` before it expires.'),
  summary: 'Start a consent',
  headers: IdempotencyHeader,
  querystring: NoQuery,
  ...requestBody(StartConsentSchema, {
    account: {
      summary: 'Account information',
      value: {
        scopes: ['psd2:account:balance:read', 'psd2:account:details:read'],
        customer_reference: 'customer-4711',
      },
    },
    payment: {
      summary: 'A registered payment',
      value: {
        scopes: ['psd2:payment:sepa:write', 'psd2:payment:sepa:read'],
        transaction_id: '8338L5812304793S0PD',
      },
    },
    confirmed: {
      summary: 'Shared with another caller, and confirmed by your own session',
      value: {
        scopes: ['psd2:account:transaction:read'],
        granted_to: ['reporting'],
        confirm: true,
        metadata: { department: 'bookkeeping' },
      },
    },
  }),
  response: {
    201: answer('The consent, pending, and where to send the customer.', StartedSchema, {
      started: { summary: 'Started', value: STARTED_EXAMPLE },
    }),
    ...problems(...WITH_BODY, 'request_in_progress', 'idempotency_key_reused', 'consent_revoked'),
  },
}

const NEXT_CURSOR = encodeListCursor({}, 'attention', {
  section: 2,
  at: '2027-02-20T12:01:00.000000Z',
  id: CONSENT_EXAMPLE.id,
})

const shown = { active: { summary: 'Active', value: CONSENT_EXAMPLE } }

export const list = {
  ...common,
  ...ruled(
    'listConsents',
    'Filters are combined. What does not change while you page is listed once. A page costs the same however many consents there are: where few of those looked at match, it may be short, or empty, and `next_cursor` goes on. A cursor is good for the filters it was given for, and brings its order along.',
  ),
  summary: 'List consents',
  querystring: ListQuery,
  response: {
    200: answer('A page of consents.', ConsentPageSchema, {
      last: {
        summary: 'The last page',
        value: { items: [CONSENT_EXAMPLE, PENDING_EXAMPLE], next_cursor: null },
      },
      more: {
        summary: 'More to come',
        value: { items: [CONSENT_EXAMPLE], next_cursor: NEXT_CURSOR },
      },
    }),
    ...problems(),
  },
}

export const get = {
  ...common,
  ...ruled('getConsent', ''),
  summary: 'Read a consent',
  params: ConsentIdParams,
  querystring: NoQuery,
  response: {
    200: answer('The consent.', ConsentSchema, {
      ...shown,
      pending: { summary: 'Pending', value: PENDING_EXAMPLE },
    }),
    ...problems('consent_not_found'),
  },
}

const narrower = {
  ...ACCOUNT_EXAMPLE,
  scopes: ACCOUNT_EXAMPLE.scopes.slice(0, 1),
}

export const account = {
  ...common,
  ...ruled(
    'checkAccount',
    "Asks the bank's Consent Info each time, by a token that is got, and rotated where need be, as for a token request; a token that the bank rejects is rotated once. What the bank tells is recorded; what it leaves out is answered as known before. `account_mismatch`: it names another account than the one known, and nothing has changed. `reauthorization_required` also where the bank gives the token no access to the account any more; `bank_unavailable` also where it does not tell.",
  ),
  summary: 'Ask the bank which account a consent is for',
  params: ConsentIdParams,
  querystring: NoQuery,
  response: {
    200: answer('What the bank tells now.', AccountSchema, {
      granted: { summary: 'All that was asked for', value: ACCOUNT_EXAMPLE },
      narrower: { summary: 'Less than was asked for', value: narrower },
    }),
    ...problems(...NO_TOKEN, 'account_mismatch'),
  },
}

export const revoke = {
  ...common,
  ...ruled(
    'revokeConsent',
    'Deletes its tokens at once, from every status, and revokes them at the bank where BANK_REVOCATION_ENDPOINT is set; repeating it changes nothing.',
  ),
  summary: 'End a consent',
  params: ConsentIdParams,
  querystring: NoQuery,
  response: {
    204: { type: 'null', description: 'It has ended.' },
    ...problems(...WITH_BODY, 'consent_not_found'),
  },
}

export const renew = {
  ...common,
  ...ruled(
    'renewConsent',
    'The old tokens go on working; another account than the first is refused when the customer comes back.',
  ),
  summary: 'Renew a consent',
  params: ConsentIdParams,
  querystring: NoQuery,
  ...requestBody(RenewConsentSchema, { plain: { summary: 'Without a page to return to', value: {} } }),
  response: {
    201: answer('The consent as it is, and where to send the customer.', StartedSchema, {
      started: { summary: 'Started', value: RENEWAL_EXAMPLE },
    }),
    ...problems(
      ...WITH_BODY,
      'consent_not_found',
      'consent_pending',
      'consent_revoked',
      'consent_rejected',
      'consent_failed',
      'consent_abandoned',
      'consent_erased',
    ),
  },
}

export const confirm = {
  ...common,
  ...ruled(
    'confirmConsent',
    'Proves that the customer who came back to you is the one who gave the consent.',
  ),
  summary: 'Confirm a consent',
  params: ConsentIdParams,
  querystring: NoQuery,
  ...requestBody(ConfirmConsentSchema, {
    code: {
      summary: 'The code of the return URL',
      value: { result_code: 'nb9dJr0hWnF6Kd3t0vZb0d0XyqQb8b3cWm1V4lXwQ2E' },
    },
  }),
  response: {
    200: answer('The consent, confirmed.', ConsentSchema, shown),
    ...problems(...WITH_BODY, 'consent_not_found', 'account_mismatch', 'consent_erased'),
  },
}

export const events = {
  ...common,
  ...ruled('listConsentEvents', ''),
  summary: "Read a consent's history, newest first",
  params: ConsentIdParams,
  querystring: Type.Object(PageQuery, { additionalProperties: false }),
  response: {
    200: answer('A page of events.', EventPageSchema, {
      last: { summary: 'The last page', value: { items: [EVENT_EXAMPLE], next_cursor: null } },
    }),
    ...problems('consent_not_found'),
  },
}
