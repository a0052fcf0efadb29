import { type Answer, json } from './answer.ts'

/** A refusal of the API gateway (ABNAMRO.md §5). */
export interface GatewayError {
  readonly status: number
  readonly code: string
  readonly category: string
  readonly message: string
}

/** The refusals of Consent Info (ABNAMRO.md §5); texts of all but the token's are guesses. */
export const gatewayErrors = {
  noAccessToken: {
    status: 400,
    code: 'ERR_1002_002',
    category: 'MISSING_HEADER',
    message: 'The access token header is missing',
  },
  noApiKey: {
    status: 400,
    code: 'ERR_1002_003',
    category: 'MISSING_HEADER',
    message: 'The API key header is missing',
  },
  notBearer: {
    status: 400,
    code: 'ERR_1001_001',
    category: 'INCORRECT_HEADER',
    message: 'The Authorization header is incorrect',
  },
  badApiKey: {
    status: 401,
    code: 'ERR_2005_001',
    category: 'INVALID_API_KEY',
    message: 'The presented API key is not valid',
  },
  badAccessToken: {
    status: 401,
    code: 'ERR_2002_002',
    category: 'INVALID_ACCESS_TOKEN',
    message: 'The presented access token is not valid or expired',
  },
  noAccountInToken: {
    status: 403,
    code: 'MESSAGE_BAI561_0044',
    category: 'INSUFFICIENT_SCOPE',
    message: 'The access token has no account number',
  },
} satisfies Record<string, GatewayError>

/** Wraps a refusal in the gateway's envelope (ABNAMRO.md §5). */
export function gatewayRefusal(error: GatewayError, traceId: string): Answer {
  const { code, message, status, category } = error
  const reference = 'https://developer.abnamro.com/get-started#authentication'
  return json(status, { errors: [{ code, message, reference, traceId, status, category }] })
}
