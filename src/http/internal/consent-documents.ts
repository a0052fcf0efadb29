import Type from 'typebox'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import {
  answer,
  ConsentIdParams,
  consent,
  DateTime,
  NoQuery,
  PageQuery,
  PLAIN_TEXT,
  problems,
  ref,
} from '../schemas/index.ts'

const common = { tags: ['Consents'], security: [{ caller: [] }] }
const WITH_BODY = ['payload_too_large', 'unsupported_media_type'] as const

const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'The same key within 24 hours gives the same answer.',
    }),
  ),
})

export const ListQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum([...CONSENT_STATUSES])),
    customer_reference: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: PLAIN_TEXT })),
    iban: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9 ]{5,42}$' })),
    expires_before: Type.Optional(DateTime),
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: PLAIN_TEXT })),
    ...PageQuery,
  },
  { additionalProperties: false },
)

export const start = {
  ...common,
  operationId: 'startConsent',
  summary: 'Start a consent',
  description: 'Needs `consents:write`. Send the customer to `authorization_url` before it expires.',
  headers: IdempotencyHeader,
  querystring: NoQuery,
  body: ref(consent.StartConsentSchema),
  response: {
    201: answer('The consent, pending, and where to send the customer.', consent.StartedSchema),
    ...problems(...WITH_BODY, 'request_in_progress', 'idempotency_key_reused'),
  },
}

export const list = {
  ...common,
  operationId: 'listConsents',
  summary: 'List consents, newest first',
  description: 'Needs `consents:read` (own consents) or `ops` (all).',
  querystring: ListQuery,
  response: { 200: answer('A page of consents.', consent.ConsentPageSchema), ...problems() },
}

export const get = {
  ...common,
  operationId: 'getConsent',
  summary: 'Read a consent',
  description: 'Needs `consents:read` (own consents) or `ops` (all).',
  params: ConsentIdParams,
  querystring: NoQuery,
  response: { 200: answer('The consent.', consent.ConsentSchema), ...problems('consent_not_found') },
}

export const revoke = {
  ...common,
  operationId: 'revokeConsent',
  summary: 'End a consent',
  description:
    'Needs `consents:write`. Deletes its tokens at once, from every status; repeating it changes nothing.',
  params: ConsentIdParams,
  querystring: NoQuery,
  response: {
    204: { type: 'null', description: 'It has ended.' },
    ...problems('consent_not_found'),
  },
}

export const renew = {
  ...common,
  operationId: 'renewConsent',
  summary: 'Renew a consent',
  description:
    'Needs `consents:write`. The old tokens go on working; another account than the first is refused when the customer comes back.',
  params: ConsentIdParams,
  querystring: NoQuery,
  body: ref(consent.RenewConsentSchema),
  response: {
    201: answer('Where to send the customer.', consent.StartedSchema),
    ...problems(
      ...WITH_BODY,
      'consent_not_found',
      'consent_pending',
      'consent_revoked',
      'consent_rejected',
      'consent_failed',
      'consent_abandoned',
    ),
  },
}

export const confirm = {
  ...common,
  operationId: 'confirmConsent',
  summary: 'Confirm a consent',
  description:
    'Needs `consents:write`. Proves that the customer who came back to you is the one who gave the consent.',
  params: ConsentIdParams,
  querystring: NoQuery,
  body: ref(consent.ConfirmConsentSchema),
  response: {
    200: answer('The consent, confirmed.', consent.ConsentSchema),
    ...problems(...WITH_BODY, 'consent_not_found'),
  },
}

export const events = {
  ...common,
  operationId: 'listConsentEvents',
  summary: "Read a consent's history, newest first",
  description: 'Needs `consents:read` (own consents) or `ops` (all).',
  params: ConsentIdParams,
  querystring: Type.Object(PageQuery, { additionalProperties: false }),
  response: { 200: answer('A page of events.', consent.EventPageSchema), ...problems('consent_not_found') },
}
