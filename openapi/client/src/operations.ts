// Written by `npm run openapi` from openapi/openapi.json, SHA-256 5f08e72fabff930ec92fa9a377ddc1a4880f73c76e34d4f2249a8901039a0e3e.

/** Method and path of each call. */
export const OPERATIONS = {
  startConsent: 'POST /v1/consents',
  listConsents: 'GET /v1/consents',
  getConsent: 'GET /v1/consents/{id}',
  revokeConsent: 'DELETE /v1/consents/{id}',
  checkAccount: 'GET /v1/consents/{id}/account',
  renewConsent: 'POST /v1/consents/{id}/authorizations',
  confirmConsent: 'POST /v1/consents/{id}/confirm',
  listConsentEvents: 'GET /v1/consents/{id}/events',
  getToken: 'POST /v1/consents/{id}/token',
  getClientToken: 'POST /v1/client-tokens',
  importConsent: 'POST /v1/consents/import',
  getStatus: 'GET /v1/status',
  holdRefreshing: 'POST /v1/refresher/hold',
  resumeRefreshing: 'POST /v1/refresher/resume',
  getLiveness: 'GET /livez',
  getReadiness: 'GET /readyz',
  getMetrics: 'GET /metrics',
  getOpenApi: 'GET /openapi.json',
} as const
