import Type from 'typebox'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import { DateTime, nullable, PLAIN_TEXT, ref } from './common.ts'

const tokenMembers = {
  access_token: Type.String({ description: 'Present it to the bank as a bearer token.' }),
  token_type: Type.String(),
  expires_in: Type.Integer({ description: 'Whole seconds it still lives.' }),
  expires_at: DateTime,
  scope: Type.String(),
}

const tokenExample = {
  access_token: 'GPgYglX4sO1WhzfChx4tmjr4y7Qg',
  token_type: 'Bearer',
  expires_in: 6841,
  expires_at: '2026-11-22T13:54:01.000Z',
  scope: 'psd2:account:balance:read psd2:account:details:read',
}

export const AccessTokenSchema = Type.Object(
  {
    ...tokenMembers,
    consent_id: Type.String({ format: 'uuid' }),
    refresh_state: Type.Enum(['ok', 'delayed', 'lost'], {
      description:
        '`delayed`: its rotation is due but postponed. `lost`: no further token will come; renew the consent.',
    }),
  },
  {
    $id: 'AccessToken',
    examples: [{ ...tokenExample, consent_id: '0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55', refresh_state: 'ok' }],
  },
)

export const ClientTokenSchema = Type.Object(tokenMembers, {
  $id: 'ClientToken',
  examples: [{ ...tokenExample, scope: 'psd2:payment:sepa:write' }],
})

export const TokenRequestSchema = Type.Object(
  {
    min_validity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'Whole seconds the token must still live; default 60, at most 80 % of its life.',
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
  { $id: 'TokenRequest', additionalProperties: false, examples: [{ min_validity: 120 }, {}] },
)

export const ClientTokenRequestSchema = Type.Object(
  { scope: Type.String({ minLength: 1, maxLength: 200 }) },
  {
    $id: 'ClientTokenRequest',
    additionalProperties: false,
    examples: [{ scope: 'psd2:payment:sepa:write' }],
  },
)

const HoldMembers = { reason: Type.String(), until: DateTime }

export const HoldRequestSchema = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 200, pattern: PLAIN_TEXT }),
    until: Type.Optional(DateTime),
  },
  {
    $id: 'HoldRequest',
    additionalProperties: false,
    examples: [{ reason: 'certificate swap with the bank' }],
  },
)

export const HoldSchema = Type.Object(
  { by: Type.String(), ...HoldMembers },
  {
    $id: 'Hold',
    examples: [{ by: 'operations', reason: 'certificate swap', until: '2026-11-22T13:00:00.000Z' }],
  },
)

export const StatusSchema = Type.Object(
  {
    consents: Type.Object(Object.fromEntries(CONSENT_STATUSES.map((status) => [status, Type.Integer()])), {
      description: 'How many consents have each status.',
    }),
    refresh: Type.Object({
      due: Type.Integer(),
      oldest_due_at: nullable(DateTime),
      lag_seconds: Type.Integer({ description: 'How long the oldest due token has waited.' }),
      uncertain: Type.Integer({ description: 'Pairs whose refresh token may be spent without an answer.' }),
      hold: nullable(ref(HoldSchema)),
    }),
    expiring_within_14_days: Type.Integer(),
    keys: Type.Array(Type.String(), { description: 'Ids of the key ring; the first seals.' }),
  },
  { $id: 'Status' },
)
