import { HttpError, notFound } from './problem.ts'

interface FrameworkError {
  readonly code?: string
  readonly statusCode?: number
  readonly message: string
  readonly validation?: readonly ValidationProblem[]
  readonly validationContext?: string
}

interface ValidationProblem {
  readonly keyword: string
  readonly instancePath: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Turns what Fastify and Node raise into our own errors; anything else is returned as it is. */
export function fromFramework(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, statusCode, validation, validationContext } = error as FrameworkError
  if (validation !== undefined) return fromValidation(validation, validationContext ?? 'body')
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HttpError('unsupported_media_type', 'Send the body as application/json.')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HttpError('payload_too_large', 'The request body is larger than 64 KiB.')
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new HttpError('invalid_request', 'body: is not valid JSON', { field: 'body' })
    default:
      return fromStatus(error, statusCode)
  }
}

/** What is wrong with a URL or a header comes as a status: 400 for a malformed URL, 416 for a `Range`, … */
function fromStatus(error: Error, statusCode = 500): unknown {
  // The files of the documentation lie where nothing else is: a path that they forbid leads nowhere.
  if (statusCode === 403 || statusCode === 404) return notFound()
  if (statusCode < 400 || statusCode >= 500) return error
  return new HttpError('invalid_request', 'The URL or its headers cannot be used here.')
}

function fromValidation(problems: readonly ValidationProblem[], context: string): HttpError {
  const first = problems[0]
  if (first === undefined) return new HttpError('invalid_request', `${context}: is not valid`)
  const field = fieldOf(first, context)
  return new HttpError('invalid_request', `${field}: ${sentenceOf(first)}`, { field })
}

/** Names the field as the caller wrote it: `granted_to[0]`, `metadata.colour`; the part itself where it has none. */
function fieldOf({ keyword, instancePath, params }: ValidationProblem, context: string): string {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const named = { required: params.missingProperty, additionalProperties: params.additionalProperty }
  const last = named[keyword as keyof typeof named]
  const full = typeof last === 'string' ? [...path, last] : path
  const name = full.map((part, index) =>
    /^\d+$/.test(part) ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`,
  )
  return printable(name.join('')) || context
}

/** A field's name comes from the caller: bounded and free of control characters before it is answered. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100)
}

function sentenceOf({ keyword, message, params }: ValidationProblem): string {
  if (keyword === 'required') return 'is missing'
  if (keyword === 'additionalProperties') return 'is not known here'
  if (keyword === 'enum' && Array.isArray(params.allowedValues)) {
    return `must be one of ${params.allowedValues.join(', ')}`
  }
  return message ?? 'is not valid'
}
