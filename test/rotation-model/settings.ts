import type { CoreSettings } from '../../src/core/ports.ts'

export const ACCESS_TTL_MS = 600_000
export const CONSENT_VALIDITY_MS = 90 * 86_400_000

/** In proportion to the defaults, and short: an hour of the model is not worth more than ten minutes. */
export const SETTINGS: CoreSettings = {
  bankTimeoutMs: 5_000,
  abandonAfterMs: 40_000,
  leaseMarginMs: 10_000,
  salvageWaitMs: 100_000,
  refreshReplay: 'prompt',
  maxConcurrency: 4,
  maxPerSecond: 0,
  authorizationExpiresAfterMs: 600_000,
  publicUrl: 'https://broker.example',
  returnUrlOrigins: [],
  bindUserAgent: false,
  refreshTimes: { marginMs: 120_000, idleAfterMs: 86_400_000, keepaliveMs: 28_800_000 },
  tokenCache: false,
  certificateSpreadMs: 60_000,
  retentionMs: null,
  webhookTimeoutMs: 15_000,
}

export const LEASE_MS = SETTINGS.abandonAfterMs + SETTINGS.leaseMarginMs
