import type { ValidateFunction } from 'ajv'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'

/** Bodies are taken as they are; only the text of a URL may become a number. Nothing is ever dropped silently. */
const options = {
  removeAdditional: false,
  useDefaults: false,
  allErrors: false,
  strict: false,
  // The schemas are our own, and a linter reads them in the tests; to compile their schema costs more than all of them.
  validateSchema: false,
} as const

/** Builds the validators, each when it is first asked: unknown fields are errors, and a string is not a number. */
export function createValidatorCompiler(schemas: Iterable<object>): FastifySchemaCompiler<object> {
  const strict = withFormats(new Ajv({ ...options, coerceTypes: false }))
  const coercing = withFormats(new Ajv({ ...options, coerceTypes: true }))
  for (const schema of schemas) {
    strict.addSchema(schema)
    coercing.addSchema(schema)
  }
  return ({ schema, httpPart }) => {
    // To compile them all is a fifth of what a start computes, and many are never asked.
    const validate = once(() => (httpPart === 'querystring' ? coercing : strict).compile(schema))
    return (value: unknown) => validate()(value) || { error: validate().errors ?? [] }
  }
}

function once(compile: () => ValidateFunction): () => ValidateFunction {
  let compiled: ValidateFunction | undefined
  return () => {
    compiled ??= compile()
    return compiled
  }
}

function withFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv, ['date-time', 'uri'])
  ajv.addFormat('date-time', isTime)
  // The library's own takes `urn:uuid:…` too, which a uuid column does not.
  return ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
}

const rfc3339 = addFormats.default.get('date-time') as { validate(text: string): boolean }

/** A time as RFC 3339 writes it, save what no `Date` can hold: the second 60. */
function isTime(text: string): boolean {
  return rfc3339.validate(text) && !Number.isNaN(Date.parse(text))
}
