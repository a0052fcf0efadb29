import Type from 'typebox'
import { CALLER_ID, PLAIN_TEXT, time } from './common.ts'

const scopes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  description: 'Account information and payment scopes are not combined (ABN AMRO).',
  examples: [['psd2:account:balance:read', 'psd2:account:details:read']],
})

const callerId = { minLength: 1, maxLength: 100, pattern: CALLER_ID }

const described = {
  granted_to: Type.Optional(
    Type.Array(Type.String(callerId), {
      maxItems: 20,
      uniqueItems: true,
      description: 'Other callers that may ask for its tokens.',
    }),
  ),
  customer_reference: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: PLAIN_TEXT,
      description: 'Your own name for the customer.',
    }),
  ),
  transaction_id: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9._-]+$',
      description: 'Of the registered payment; payment scopes need it.',
    }),
  ),
  bank_brand: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 20,
      description: 'Skips the choice of a brand at the bank.',
      examples: ['NLAA01'],
    }),
  ),
  metadata: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9_.-]{1,40}$' }),
      Type.String({ maxLength: 500, pattern: PLAIN_TEXT }),
      {
        maxProperties: 20,
        additionalProperties: false,
        description: 'Yours, kept and shown as it is: nothing secret.',
      },
    ),
  ),
}

const returnUrl = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: PLAIN_TEXT,
  description:
    'Where the customer is sent afterwards, with `consent_id`, `status`, `result_code` and, where it came to nothing, `status_reason`; its origin must be in RETURN_URL_ORIGINS.',
})

export const StartConsentSchema = Type.Object(
  {
    scopes,
    return_url: Type.Optional(returnUrl),
    ...described,
    confirm: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Hand tokens out only after `POST /v1/consents/{id}/confirm`.',
      }),
    ),
    bind_user_agent: Type.Optional(
      Type.Boolean({
        description:
          'False for app-to-app flows: the customer may come back in another browser. Default: BIND_USER_AGENT.',
      }),
    ),
  },
  { $id: 'StartConsent', additionalProperties: false },
)

export const ImportConsentSchema = Type.Object(
  {
    refresh_token: Type.String({
      minLength: 1,
      maxLength: 4096,
      pattern: '^[\\x20-\\x7e]+$',
      description: 'Not presented by anybody else from now on.',
    }),
    scopes,
    expires_at: time('The end of the consent at the bank.'),
    consent_id: Type.Optional(
      Type.String({
        format: 'uuid',
        description: 'An existing consent to rescue. It keeps its owner and all else that describes it.',
      }),
    ),
    owner: Type.Optional(
      Type.String({ ...callerId, description: 'The caller it will belong to; default: you.' }),
    ),
    ...described,
  },
  { $id: 'ImportConsent', additionalProperties: false },
)

export const RenewConsentSchema = Type.Object(
  { return_url: Type.Optional(returnUrl) },
  { $id: 'RenewConsent', additionalProperties: false },
)

export const ConfirmConsentSchema = Type.Object(
  {
    result_code: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'From the URL that the customer came back with; works once.',
    }),
  },
  { $id: 'ConfirmConsent', additionalProperties: false },
)
