import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger'

/** An operation of the document, as far as it is changed here. */
interface Operation {
  requestBody?: { required?: boolean; content: Record<string, { examples?: unknown }> }
  'x-request-examples'?: unknown
  'x-body-optional'?: boolean
}

/** Tells the document of a body that may be left out, which a route's schema has no word for. */
export const markOptionalBody: SwaggerTransform = ({ schema, url, route }) => {
  if (route.config?.bodyOptional !== true) return { schema, url }
  return { schema: { ...schema, 'x-body-optional': true }, url }
}

/** Puts examples beside the body they belong to: `@fastify/swagger` drops them where the schema is a `$ref`. */
export const moveRequestExamples: SwaggerTransformObject = (documented) => {
  if (!('openapiObject' in documented)) return documented.swaggerObject
  const { openapiObject } = documented
  for (const path of Object.values(openapiObject.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) move(operation as Operation)
  }
  return openapiObject
}

function move(operation: Operation): void {
  const { 'x-request-examples': examples, 'x-body-optional': optional, requestBody } = operation
  if (requestBody === undefined) return
  for (const media of Object.values(requestBody.content)) media.examples = examples
  requestBody.required = optional !== true
  delete operation['x-request-examples']
  delete operation['x-body-optional']
}
