export const PERMISSIONS = ['tokens', 'consents:write', 'consents:read', 'ops'] as const
export type Permission = (typeof PERMISSIONS)[number]

/** The form of a caller's id, in CALLERS_FILE and in a JWT. */
export const CALLER_ID = /^[A-Za-z0-9._:@/-]{1,100}$/

/** An authenticated internal service (DESIGN section 7). */
export interface Caller {
  readonly id: string
  readonly permissions: ReadonlySet<Permission>
}
