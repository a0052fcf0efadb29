import { assertNotErased } from './assert-not-erased.ts'
import { assertReturnUrl, newAuthorization, type Started, startedOf } from './authorization-link.ts'
import type { Caller } from './caller.ts'
import type { Consent } from './consent.ts'
import type { ConsentRecord } from './consent-store.ts'
import { EndedConsentError, NotFoundError, WaitForCustomerError } from './errors.ts'
import { assertAllowed, assertReaches } from './permissions.ts'
import type { CoreSettings, Ports } from './ports.ts'

export type RenewConsent = (caller: Caller, consentId: string, returnUrl: string | null) => Promise<Started>

const NOT_RENEWABLE = {
  rejected: 'consent_rejected',
  failed: 'consent_failed',
  abandoned: 'consent_abandoned',
  revoked: 'consent_revoked',
} as const

/** Starts a renewal on the same consent: the old tokens go on working until the new pair replaces them. */
export function createRenewConsent(ports: Ports, settings: CoreSettings): RenewConsent {
  async function find(consentId: string): Promise<ConsentRecord> {
    const record = await ports.consents.find(consentId)
    if (record === null) throw new NotFoundError()
    return record
  }

  return async (caller, consentId, returnUrl) => {
    assertAllowed(caller, 'renewConsent')
    const record = await find(consentId)
    assertReaches(caller, 'renewConsent', record.consent)
    assertRenewable(record.consent)
    assertReturnUrl(settings, returnUrl)
    const { authorization, ticket } = newAuthorization(ports, settings, {
      consentId,
      kind: 'renewal',
      returnUrl,
    })
    if (!(await ports.consents.startRenewal(authorization, caller.id))) {
      // It was revoked or erased just now.
      assertNotErased((await find(consentId)).consent)
      throw new EndedConsentError('consent_revoked', 'The consent was revoked.')
    }
    return startedOf(settings, { record, authorization, ticket })
  }
}

function assertRenewable(consent: Consent): void {
  assertNotErased(consent)
  const { status } = consent
  if (status === 'pending') {
    throw new WaitForCustomerError('consent_pending', 'The first authorization has not ended yet.')
  }
  if (status in NOT_RENEWABLE) {
    const code = NOT_RENEWABLE[status as keyof typeof NOT_RENEWABLE]
    throw new EndedConsentError(code, 'This consent is over for good: start a new one.')
  }
}
