import type { Consent } from './consent.ts'
import { ForbiddenError, NotFoundError } from './errors.ts'

export const PERMISSIONS = ['tokens', 'consents:write', 'consents:read', 'ops'] as const
export type Permission = (typeof PERMISSIONS)[number]

/** An authenticated internal service (DESIGN section 7). */
export interface Caller {
  readonly id: string
  readonly permissions: ReadonlySet<Permission>
}

/** Raises `forbidden` unless the caller has one of the permissions. */
export function assertPermission(caller: Caller, ...anyOf: readonly Permission[]): void {
  if (!anyOf.some((permission) => caller.permissions.has(permission))) {
    throw new ForbiddenError(anyOf.join(' or '))
  }
}

type Ownership = Pick<Consent, 'owner' | 'grantedTo'>

/** Raises `consent_not_found` unless the consent is the caller's own. */
export function assertOwn(caller: Caller, consent: Ownership): void {
  if (consent.owner !== caller.id) throw new NotFoundError()
}

/** Raises `consent_not_found` unless the caller owns the consent or was granted its tokens. */
export function assertMayUse(caller: Caller, consent: Ownership): void {
  if (consent.owner !== caller.id && !consent.grantedTo.includes(caller.id)) throw new NotFoundError()
}

/** Raises `consent_not_found` unless the caller owns the consent or works in operations. */
export function assertMayRead(caller: Caller, consent: Ownership): void {
  if (!caller.permissions.has('ops')) assertOwn(caller, consent)
}
