import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { markOptionalBody, moveRequestExamples } from './request-examples.ts'

const DESCRIPTION = `Keeps the PSD2 consents of ABN AMRO customers alive and hands out fresh access tokens.

1. Start a consent and send the customer to its \`authorization_url\`.
2. When they have come back, ask for a token whenever you need one. Refresh tokens never leave the broker.
3. Renew the consent before \`expires_at\`, or when a token request says so.

Press **Authorize** and paste a caller's key or JWT; then every call can be tried here.

**Errors** are RFC 9457 problem documents, also where a path or method does not exist (404, 405 with \`Allow\`) or
a message is no HTTP (400, 408, 431). Decide by their \`code\`. What a caller may not see is a 404.

**Requests** are JSON in UTF-8. Unknown fields and query parameters are refused, not ignored. Times are RFC 3339.
Send an \`X-Request-Id\` of up to 100 letters, digits and \`. _ -\` to find the request in the log; the answer carries it,
or one made here.`

const CALLER =
  'A key of a caller in CALLERS_FILE, or a JWT of the identity provider of CALLER_JWKS_URL or CALLER_JWKS_FILE.'

/** The document's head; the rest comes from the routes' own schemas. */
export const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'token-broker',
      version: '1',
      description: DESCRIPTION,
    },
    servers: [{ url: '/', description: 'This broker.' }],
    tags: [
      { name: 'Consents', description: 'Start, read, renew and end consents.' },
      { name: 'Tokens', description: 'Ask for access tokens.' },
      { name: 'Operations', description: 'For people who run the broker; none of these gives a token away.' },
      { name: 'Health', description: 'For orchestrators and monitoring.' },
    ],
    components: {
      securitySchemes: {
        caller: { type: 'http', scheme: 'bearer', description: CALLER },
      },
    },
  },
  transform: markOptionalBody,
  transformObject: moveRequestExamples,
  refResolver: {
    buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema-${index}`),
  },
}
