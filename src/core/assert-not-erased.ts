import type { Consent } from './consent.ts'
import { EndedConsentError } from './errors.ts'

/** Raises `consent_erased` for a consent whose personal data are gone: it never lives again. */
export function assertNotErased({ erasedAt }: Pick<Consent, 'erasedAt'>): void {
  if (erasedAt === null) return
  throw new EndedConsentError(
    'consent_erased',
    'It ended long ago, and its personal data are erased: start a new one.',
  )
}
