import { type Answer, json } from '../answer.ts'

/** A refusal of the API gateway, or of what stands behind it (ABNAMRO.md §5). */
export interface GatewayError {
  readonly status: number
  readonly code: string
  readonly category: string
  readonly message: string
}

/** The refusals that every API shares (ABNAMRO.md §5); texts of headers and API keys are guesses. */
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
  insufficientScope: {
    status: 403,
    code: 'ERR_3002_003',
    category: 'INSUFFICIENT_SCOPE',
    message: 'Insufficient scope of the token',
  },
  noAccountInToken: {
    status: 403,
    code: 'MESSAGE_BAI561_0044',
    category: 'INSUFFICIENT_SCOPE',
    message: 'The access token has no account number',
  },
  notFound: {
    status: 404,
    code: 'ERR_4001_001',
    category: 'NOT_FOUND',
    message: 'The requested resource was not found, or a disallowed method was used',
  },
} satisfies Record<string, GatewayError>

/** Makes the refusal of a bad parameter that no code of its own is documented for. */
export function badParameter(name: string): GatewayError {
  return badRequest('ERR_1100_004', `An input parameter is invalid: ${name}`)
}

/** Makes a 400 of what stands behind the gateway. */
export function badRequest(code: string, message: string): GatewayError {
  return { status: 400, code, category: 'BAD_REQUEST', message }
}

/** Makes a 403 of what stands behind the gateway; the category is a guess. */
export function forbidden(code: string, message: string): GatewayError {
  return { status: 403, code, category: 'FORBIDDEN', message }
}

const referenceOf: Readonly<Record<number, string>> = {
  403: 'https://developer.abnamro.com/api/account-information/technical-details',
  404: 'https://developer.abnamro.com/overview',
}

/** Wraps a refusal in the gateway's envelope (ABNAMRO.md §5). */
export function gatewayRefusal(error: GatewayError, traceId: string): Answer {
  const { code, message, status, category } = error
  const reference = referenceOf[status] ?? 'https://developer.abnamro.com/get-started#authentication'
  return json(status, { errors: [{ code, message, reference, traceId, status, category }] })
}
