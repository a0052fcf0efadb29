import type { ValidateFunction } from 'ajv'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'

/** Bodies are taken as they are; only the text of a URL may become a number. Nothing is ever dropped silently. */
const options = { removeAdditional: false, useDefaults: true, allErrors: false, strict: false } as const

/** Builds the validators: unknown fields are errors, and a string is not a number. */
export function createValidatorCompiler(schemas: Iterable<object>): FastifySchemaCompiler<object> {
  const strict = withFormats(new Ajv({ ...options, coerceTypes: false }))
  const coercing = withFormats(new Ajv({ ...options, coerceTypes: true }))
  for (const schema of schemas) {
    strict.addSchema(schema)
    coercing.addSchema(schema)
  }
  return ({ schema, httpPart }): ValidateFunction =>
    (httpPart === 'querystring' ? coercing : strict).compile(schema)
}

function withFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv, ['date-time', 'uuid', 'uri'])
  return ajv
}
