export const PERMISSIONS = ['tokens', 'consents:write', 'consents:read', 'ops'] as const
export type Permission = (typeof PERMISSIONS)[number]

/** An authenticated internal service (DESIGN section 7). */
export interface Caller {
  readonly id: string
  readonly permissions: ReadonlySet<Permission>
}
