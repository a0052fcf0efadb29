// Written by `npm run openapi` from openapi/openapi.json, SHA-256 9ecdbc04bbba38919870882972206e723e9a8234b8b8ad9a24e4702c659d9fc5.

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
