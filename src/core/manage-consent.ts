import { assertOwn, assertPermission, type Caller } from './caller.ts'
import type { Consent } from './consent.ts'
import type { ConsentRecord } from './consent-store.ts'
import { ConflictError, NotFoundError, RequestError } from './errors.ts'
import type { Ports } from './ports.ts'
import { createRevokeAtBank } from './revoke-at-bank.ts'
import type { Secret } from './secret.ts'
import type { TokenCache } from './token-cache.ts'

/** What a caller does to its own consents, beside starting them. */
export function createManageConsent(ports: Ports, cache: Pick<TokenCache, 'drop'>) {
  const { clock, consents, vault } = ports
  const revokeAtBank = createRevokeAtBank(ports)

  async function findOwn(caller: Caller, consentId: string): Promise<Consent> {
    assertPermission(caller, 'consents:write')
    const record = await consents.find(consentId)
    if (record === null) throw new NotFoundError()
    assertOwn(caller, record.consent)
    return record.consent
  }

  /**
   * Ends a consent from any status, idempotently: its tokens are deleted here at once, and revoked at the
   * bank where the profile has an endpoint (RFC 7009).
   */
  async function revoke(caller: Caller, consentId: string): Promise<void> {
    await findOwn(caller, consentId)
    const tokens = await consents.revoke(consentId, caller.id, clock.now())
    cache.drop(consentId)
    await Promise.all(tokens.map(revokeAtBank))
  }

  /** Accepts a consent whose caller proved, by the one-time code, that its own customer came back with it. */
  async function confirm(caller: Caller, consentId: string, resultCode: Secret): Promise<ConsentRecord> {
    await findOwn(caller, consentId)
    const resultCodeDigest = vault.digest(resultCode)
    const result = await consents.confirm({
      consentId,
      resultCodeDigest,
      actor: caller.id,
      now: clock.now(),
    })
    if (result === 'account_mismatch') {
      throw new ConflictError(
        'account_mismatch',
        'The customer renewed with another account; the consent is as it was.',
      )
    }
    if (result === 'unknown') {
      throw new RequestError('result_code', 'does not belong to a finished authorization, or was used')
    }
    cache.drop(consentId)
    const record = await consents.find(consentId)
    if (record === null) throw new NotFoundError()
    return record
  }

  return { revoke, confirm }
}
