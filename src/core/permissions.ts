import type { Caller, Permission } from './caller.ts'
import type { Consent } from './consent.ts'
import { ForbiddenError, NotFoundError } from './errors.ts'

/**
 * Which consents a call reaches: `none` as it is about none that exists, the caller's `own`, those it `may_manage`
 * (own, and all for who has `ops` as well), those it `may_use` (own and granted), those it `may_read` (own, and all
 * for `ops`), or `all`.
 */
export type Reach = 'none' | 'own' | 'may_manage' | 'may_use' | 'may_read' | 'all'

export interface Rule {
  /** One of these is needed; with none listed, a caller that is known is enough. */
  readonly anyOf: readonly Permission[]
  readonly reach: Reach
}

/**
 * Who may do what, by the `operationId` of the call: use cases enforce it, the OpenAPI document tells it, a route
 * that is missing here does not compile. SECURITY.md has it as a table, and a test holds it there.
 */
export const RULES = {
  startConsent: { anyOf: ['consents:write'], reach: 'none' },
  listConsents: { anyOf: ['consents:read', 'ops'], reach: 'may_read' },
  getConsent: { anyOf: ['consents:read', 'ops'], reach: 'may_read' },
  checkAccount: { anyOf: ['consents:read', 'ops'], reach: 'may_read' },
  listConsentEvents: { anyOf: ['consents:read', 'ops'], reach: 'may_read' },
  renewConsent: { anyOf: ['consents:write'], reach: 'may_manage' },
  confirmConsent: { anyOf: ['consents:write'], reach: 'own' },
  revokeConsent: { anyOf: ['consents:write'], reach: 'may_manage' },
  getToken: { anyOf: ['tokens'], reach: 'may_use' },
  getClientToken: { anyOf: ['tokens'], reach: 'none' },
  importConsent: { anyOf: ['ops'], reach: 'all' },
  getStatus: { anyOf: ['ops'], reach: 'none' },
  holdRefreshing: { anyOf: ['ops'], reach: 'none' },
  resumeRefreshing: { anyOf: ['ops'], reach: 'none' },
  getStatistics: { anyOf: ['ops'], reach: 'none' },
  getCaller: { anyOf: [], reach: 'none' },
  listDeliveries: { anyOf: ['ops'], reach: 'none' },
  resendDelivery: { anyOf: ['ops'], reach: 'none' },
  getMetrics: { anyOf: ['ops'], reach: 'none' },
} as const satisfies Record<string, Rule>

/** A call that not everybody may make. */
export type Call = keyof typeof RULES

/** The calls that reach only some of the consents there are. */
export type ConsentCall = {
  [K in Call]: (typeof RULES)[K]['reach'] extends 'none' | 'all' ? never : K
}[Call]

/** Raises `forbidden` unless the caller has a permission that the call needs. */
export function assertAllowed(caller: Caller, call: Call): void {
  const { anyOf }: Rule = RULES[call]
  if (anyOf.length > 0 && !anyOf.some((permission) => caller.permissions.has(permission))) {
    throw new ForbiddenError(...anyOf)
  }
}

/** Raises `consent_not_found` unless the call reaches this consent for this caller: as if it did not exist. */
export function assertReaches(
  caller: Caller,
  call: ConsentCall,
  consent: Pick<Consent, 'owner' | 'grantedTo'>,
): void {
  const isReached =
    consent.owner === caller.id ||
    reachesAll(caller, call) ||
    (RULES[call].reach === 'may_use' && consent.grantedTo.includes(caller.id))
  if (!isReached) throw new NotFoundError()
}

const WIDENED_BY_OPS: ReadonlySet<Reach> = new Set(['may_read', 'may_manage'])

/** Whether the call reaches everybody's consents for this caller: one that it may make at all. */
export function reachesAll(caller: Caller, call: ConsentCall): boolean {
  return WIDENED_BY_OPS.has(RULES[call].reach) && caller.permissions.has('ops')
}
