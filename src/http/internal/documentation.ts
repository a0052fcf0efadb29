import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui'

/** Everything from here, so that the page works without the internet and nothing else can be put into it. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'connect-src': "'self'",
  'img-src': "'self' data:",
  'script-src': "'self'",
  // Swagger UI sets styles of its own at run time.
  'style-src': "'self' 'unsafe-inline'",
}

/** The bar on top offers to open any other document. */
const WITHOUT_TOP_BAR = '.swagger-ui .topbar { display: none }'

/** How the Swagger UI at /docs looks and behaves. */
export const SWAGGER_UI: FastifySwaggerUiOptions = {
  routePrefix: '/docs',
  theme: { title: 'token-broker', css: [{ filename: 'token-broker.css', content: WITHOUT_TOP_BAR }] },
  staticCSP: CONTENT_SECURITY_POLICY,
  uiConfig: {
    // A caller's key has no business in a browser's storage.
    persistAuthorization: false,
    displayOperationId: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
  },
}
