// Written by `npm run openapi` from openapi/openapi.json, SHA-256 bbdb874237aa4061ac41a94224293708ebcec4d2a3469e4c4c5d92f0d7456ea0.

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
  getCaller: 'GET /v1/caller',
  getStatistics: 'GET /v1/statistics',
  listDeliveries: 'GET /v1/webhooks/deliveries',
  resendDelivery: 'POST /v1/webhooks/deliveries/{delivery_id}/resend',
  getLiveness: 'GET /livez',
  getReadiness: 'GET /readyz',
  getMetrics: 'GET /metrics',
  getOpenApi: 'GET /openapi.json',
} as const
