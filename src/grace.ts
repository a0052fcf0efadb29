/** Until balancers have heard that this replica takes no more: they send requests to it meanwhile. */
export const DRAIN_PAUSE_MS = 3_000
const SETTLE_MARGIN_MS = 10_000

interface Waits {
  readonly abandonAfterMs: number
  readonly leaseMarginMs: number
}

/**
 * How long the end of a process may take, in milliseconds: longer than the slowest exchange with the bank, for an
 * answer that is cut off may be the only valid token. Who ends it by force must wait longer.
 */
export function graceMs({ abandonAfterMs, leaseMarginMs }: Waits): number {
  return DRAIN_PAUSE_MS + abandonAfterMs + leaseMarginMs + SETTLE_MARGIN_MS
}
