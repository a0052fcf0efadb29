import { answer, ConsentIdParams, NoQuery, requestBody } from '../schemas/common.ts'
import { NO_TOKEN, onlyProblems, problems, WITH_BODY, WITH_CALLER } from '../schemas/problem.ts'
import {
  ACCESS_TOKEN_EXAMPLE,
  AccessTokenSchema,
  CLIENT_TOKEN_EXAMPLE,
  ClientTokenRequestSchema,
  ClientTokenSchema,
  TokenRequestSchema,
} from '../schemas/token.ts'
import { ruled } from './ruled.ts'

const common = { tags: ['Tokens'], querystring: NoQuery }

export const getToken = {
  ...common,
  ...ruled(
    'getToken',
    'Rotates first when the token at hand is too short-lived; while the bank cannot be reached, a live token is handed out with what it has left.',
  ),
  summary: 'Ask for a live access token',
  params: ConsentIdParams,
  ...requestBody(TokenRequestSchema, {
    plain: { summary: 'A live token', value: {} },
    longer: { summary: 'One that lives two minutes more', value: { min_validity: 120 } },
    rejected: {
      summary: 'The bank answered 401 to the last one',
      value: { rejected_token: ACCESS_TOKEN_EXAMPLE.access_token },
    },
  }),
  response: {
    200: answer('A live access token.', AccessTokenSchema, {
      ok: { summary: 'Fresh', value: ACCESS_TOKEN_EXAMPLE },
      delayed: {
        summary: 'Alive, though its rotation is put off',
        value: { ...ACCESS_TOKEN_EXAMPLE, expires_in: 212, refresh_state: 'delayed' },
      },
    }),
    ...problems(...WITH_BODY, ...NO_TOKEN),
  },
}

export const getClientToken = {
  ...common,
  ...ruled('getClientToken', 'A client-credentials token, for registering payments; kept to its end.'),
  summary: 'Ask for a client token',
  ...requestBody(ClientTokenRequestSchema, {
    payment: { summary: 'To register a SEPA payment', value: { scope: 'psd2:payment:sepa:write' } },
  }),
  response: {
    200: answer('A live client token.', ClientTokenSchema, {
      granted: { summary: 'Granted', value: CLIENT_TOKEN_EXAMPLE },
    }),
    ...onlyProblems(...WITH_CALLER, ...WITH_BODY, 'bank_unavailable'),
  },
}
