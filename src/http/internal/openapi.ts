import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

const DESCRIPTION = `Keeps the PSD2 consents of ABN AMRO customers alive and hands out fresh access tokens.

Start a consent, send the customer to its \`authorization_url\`, then ask for tokens. Refresh tokens never leave the broker.

Press **Authorize** and paste a caller's key. Errors are RFC 9457 problem documents; decide by their \`code\`.`

/** The document's head; the rest comes from the routes' own schemas. */
export const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'token-broker',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' },
    },
    servers: [{ url: '/', description: 'This broker.' }],
    tags: [
      { name: 'Consents', description: 'Start, read, renew and end consents.' },
      { name: 'Tokens', description: 'Ask for access tokens.' },
      { name: 'Operations', description: 'For people who run the broker.' },
      { name: 'Health', description: 'For orchestrators and monitoring.' },
    ],
    components: {
      securitySchemes: {
        caller: { type: 'http', scheme: 'bearer', description: 'The key of a caller in CALLERS_FILE.' },
      },
    },
  },
  refResolver: {
    buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema-${index}`),
  },
}
