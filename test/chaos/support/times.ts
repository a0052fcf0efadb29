/** The waits and leases of the brokers, in seconds where production has minutes. */
export const TIMES = {
  bankTimeoutMs: 1_000,
  abandonAfterMs: 2_500,
  leaseMarginMs: 1_000,
  salvageWaitMs: 4_000,
} as const

export type Times = typeof TIMES

export function timeSettings(times: Times): Record<string, string> {
  return {
    BANK_TIMEOUT: `${times.bankTimeoutMs}ms`,
    BANK_ABANDON_AFTER: `${times.abandonAfterMs}ms`,
    LEASE_MARGIN: `${times.leaseMarginMs}ms`,
    SALVAGE_WAIT: `${times.salvageWaitMs}ms`,
    BANK_MAX_CONCURRENCY: '16',
    LOG_LEVEL: 'info',
  }
}
