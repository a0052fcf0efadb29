import Type from 'typebox'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import { DateTime, nullable, PLAIN_TEXT, ref } from './common.ts'

const CALLER_ID = '^[A-Za-z0-9._:@/-]+$'

export const ConsentSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    bank: Type.String({ description: 'The bank profile.' }),
    status: Type.Enum([...CONSENT_STATUSES]),
    status_reason: nullable(Type.String({ description: 'Why, where the status alone does not tell.' })),
    scopes: Type.Array(Type.String(), { description: 'As granted; as requested until known.' }),
    requested_scopes: Type.Array(Type.String()),
    owner: Type.String({ description: 'The caller that started it.' }),
    granted_to: Type.Array(Type.String(), { description: 'Other callers that may ask for its tokens.' }),
    customer_reference: nullable(Type.String()),
    account: nullable(Type.String({ description: 'The IBAN, masked.' })),
    transaction_id: nullable(Type.String()),
    bank_brand: nullable(Type.String()),
    confirm: Type.Boolean(),
    confirmed_at: nullable(DateTime),
    created_at: DateTime,
    authorized_at: nullable(DateTime),
    expires_at: nullable(DateTime),
    refresh: Type.Object({
      state: Type.Enum(['idle', 'due', 'rotating', 'waiting', 'uncertain', 'held', 'lost']),
      last_success_at: nullable(DateTime),
      next_due_at: nullable(DateTime),
      consecutive_failures: Type.Integer(),
      last_error: nullable(Type.String()),
    }),
    metadata: Type.Record(Type.String(), Type.String()),
  },
  {
    $id: 'Consent',
    examples: [
      {
        id: '0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55',
        bank: 'abnamro',
        status: 'active',
        status_reason: null,
        scopes: ['psd2:account:balance:read', 'psd2:account:details:read'],
        requested_scopes: ['psd2:account:balance:read', 'psd2:account:details:read'],
        owner: 'ledger',
        granted_to: [],
        customer_reference: 'customer-4711',
        account: 'NL12ABNA******6523',
        transaction_id: null,
        bank_brand: null,
        confirm: false,
        confirmed_at: null,
        created_at: '2026-11-22T12:00:00.000Z',
        authorized_at: '2026-11-22T12:01:00.000Z',
        expires_at: '2027-02-20T12:01:00.000Z',
        refresh: {
          state: 'idle',
          last_success_at: '2026-11-22T13:50:00.000Z',
          next_due_at: '2026-11-22T15:40:00.000Z',
          consecutive_failures: 0,
          last_error: null,
        },
        metadata: {},
      },
    ],
  },
)

const scopes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  description: 'Account information and payment scopes are not combined (ABN AMRO).',
  examples: [['psd2:account:balance:read', 'psd2:account:details:read']],
})

const described = {
  granted_to: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100, pattern: CALLER_ID }), {
      maxItems: 20,
      uniqueItems: true,
    }),
  ),
  customer_reference: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: PLAIN_TEXT })),
  transaction_id: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9._-]+$',
      description: 'Of a registered payment.',
    }),
  ),
  bank_brand: Type.Optional(Type.String({ maxLength: 20, examples: ['NLAA01'] })),
  metadata: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9_.-]{1,40}$' }),
      Type.String({ maxLength: 500, pattern: PLAIN_TEXT }),
      { maxProperties: 20, additionalProperties: false },
    ),
  ),
}

const returnUrl = Type.String({
  maxLength: 2000,
  pattern: PLAIN_TEXT,
  description: 'Where the customer is sent afterwards; its origin must be in RETURN_URL_ORIGINS.',
  examples: ['http://localhost:3000/done'],
})

export const StartConsentSchema = Type.Object(
  {
    scopes,
    return_url: Type.Optional(returnUrl),
    ...described,
    confirm: Type.Optional(
      Type.Boolean({ description: 'Hand tokens out only after POST /v1/consents/{id}/confirm.' }),
    ),
    bind_user_agent: Type.Optional(
      Type.Boolean({
        description: 'False for app-to-app flows: the customer may come back in another browser.',
      }),
    ),
  },
  {
    $id: 'StartConsent',
    additionalProperties: false,
    examples: [
      {
        scopes: ['psd2:account:balance:read', 'psd2:account:details:read'],
        customer_reference: 'customer-4711',
      },
    ],
  },
)

export const ImportConsentSchema = Type.Object(
  {
    refresh_token: Type.String({ minLength: 1, maxLength: 4096, pattern: '^[\\x20-\\x7e]+$' }),
    scopes,
    expires_at: DateTime,
    consent_id: Type.Optional(Type.String({ format: 'uuid', description: 'An existing consent to rescue.' })),
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: CALLER_ID })),
    ...described,
  },
  {
    $id: 'ImportConsent',
    additionalProperties: false,
    examples: [
      {
        refresh_token: 'UHjIAzBZfLGh4dLm8cvEcH6d8BrOmCZXumOpznQBP1',
        scopes: ['psd2:account:balance:read'],
        expires_at: '2027-01-31T12:00:00Z',
        owner: 'ledger',
      },
    ],
  },
)

export const RenewConsentSchema = Type.Object(
  { return_url: Type.Optional(returnUrl) },
  { $id: 'RenewConsent', additionalProperties: false, examples: [{}] },
)

export const ConfirmConsentSchema = Type.Object(
  {
    result_code: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'From the return URL; works once.',
    }),
  },
  {
    $id: 'ConfirmConsent',
    additionalProperties: false,
    examples: [{ result_code: 'nb9dJr0hWnF6Kd3t0vZb0d0XyqQb8b3cWm1V4lXwQ2E' }],
  },
)

export const StartedSchema = Type.Object(
  {
    consent: ref(ConsentSchema),
    authorization_url: Type.String({ description: 'Send the customer there.' }),
    authorization_expires_at: DateTime,
  },
  { $id: 'StartedAuthorization' },
)

export const ConsentPageSchema = Type.Object(
  { items: Type.Array(ref(ConsentSchema)), next_cursor: nullable(Type.String()) },
  { $id: 'ConsentPage' },
)

export const EventPageSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        type: Type.String({ examples: ['consent.activated'] }),
        actor: Type.String({ description: 'A caller, or customer, bank, broker, clock.' }),
        detail: Type.Object({}, { additionalProperties: true }),
        occurred_at: DateTime,
      }),
    ),
    next_cursor: nullable(Type.String()),
  },
  { $id: 'EventPage' },
)
