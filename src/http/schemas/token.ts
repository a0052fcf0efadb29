import Type from 'typebox'
import { CONSENT_ID_EXAMPLE, nullable, oneOf, time } from './common.ts'

const tokenMembers = {
  access_token: Type.String({ description: 'Present it to the bank as a bearer token.' }),
  token_type: Type.String(),
  expires_in: Type.Integer({ minimum: 0, description: 'Whole seconds it still lives.' }),
  expires_at: time('When it ends.'),
  scope: Type.String({ description: 'Its scopes, separated by spaces.' }),
}

const tokenExample = {
  access_token: 'GPgYglX4sO1WhzfChx4tmjr4y7Qg',
  token_type: 'Bearer',
  expires_in: 6841,
  expires_at: '2026-11-22T13:54:01.000Z',
  scope: 'psd2:account:balance:read psd2:account:details:read',
}

export const ACCESS_TOKEN_EXAMPLE = {
  ...tokenExample,
  consent_id: CONSENT_ID_EXAMPLE,
  refresh_state: 'ok',
  consent_expires_at: '2027-02-20T12:01:00.000Z',
  consent_days_left: 90,
  renewal_advised_in_days: 76,
}

export const CLIENT_TOKEN_EXAMPLE = { ...tokenExample, scope: 'psd2:payment:sepa:write' }

export const AccessTokenSchema = Type.Object(
  {
    ...tokenMembers,
    consent_id: Type.String({ format: 'uuid' }),
    refresh_state: oneOf(['ok', 'delayed', 'lost'], {
      description:
        '`delayed`: its rotation is late or uncertain, or the database cannot be read. `lost`: no further token will come; renew the consent.',
    }),
    consent_expires_at: nullable(time('When the customer must renew the consent.')),
    consent_days_left: nullable(
      Type.Integer({ minimum: 0, description: 'Whole days until then, rounded up.' }),
    ),
    renewal_advised_in_days: nullable(
      Type.Integer({
        minimum: 0,
        description: 'Whole days until a renewal is advised, rounded up; 0 means now.',
      }),
    ),
  },
  { $id: 'AccessToken', additionalProperties: false, examples: [ACCESS_TOKEN_EXAMPLE] },
)

export const ClientTokenSchema = Type.Object(tokenMembers, {
  $id: 'ClientToken',
  additionalProperties: false,
  examples: [CLIENT_TOKEN_EXAMPLE],
})

export const TokenRequestSchema = Type.Object(
  {
    min_validity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description:
          'Whole seconds the token must still live. Default: 60, or less for short-lived tokens; at most 80 % of its life.',
      }),
    ),
    rejected_token: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description: 'The token that the bank answered 401 to: if it is the current one, it is rotated once.',
      }),
    ),
  },
  { $id: 'TokenRequest', additionalProperties: false },
)

export const ClientTokenRequestSchema = Type.Object(
  {
    scope: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'A scope the client itself may hold, or several separated by spaces.',
    }),
  },
  { $id: 'ClientTokenRequest', additionalProperties: false },
)
