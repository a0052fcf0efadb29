export const PERMISSIONS = ['tokens', 'consents:write', 'consents:read', 'ops'] as const
export type Permission = (typeof PERMISSIONS)[number]

/** The form of a caller's id, in CALLERS_FILE and in a JWT. It is nobody's who acts in the history beside callers. */
export const CALLER_ID = /^(?!(?:bank|broker|clock|customer|rekey)$)[A-Za-z0-9._:@/-]{1,100}$/

/** The same in words. */
export const CALLER_ID_FORM =
  '1 to 100 letters, digits and . _ : @ / -, and not bank, broker, clock, customer or rekey'

/** An authenticated internal service (DESIGN section 7). */
export interface Caller {
  readonly id: string
  readonly permissions: ReadonlySet<Permission>
}
