import { assertNotErased } from './assert-not-erased.ts'
import type { Caller } from './caller.ts'
import type { Consent } from './consent.ts'
import type { ConsentRecord, RevokedToken } from './consent-store.ts'
import { ConflictError, NotFoundError, RequestError } from './errors.ts'
import { assertAllowed, assertReaches, type ConsentCall } from './permissions.ts'
import type { Ports } from './ports.ts'
import type { Secret } from './secret.ts'
import type { TokenCache } from './token-cache.ts'
import { pairVersion } from './vault.ts'

/** What a caller does to its own consents, beside starting them. */
export function createManageConsent(ports: Ports, cache: Pick<TokenCache, 'drop'>) {
  const { bank, clock, consents, log, vault } = ports

  async function find(caller: Caller, call: ConsentCall, consentId: string): Promise<Consent> {
    assertAllowed(caller, call)
    const record = await consents.find(consentId)
    if (record === null) throw new NotFoundError()
    assertReaches(caller, call, record.consent)
    return record.consent
  }

  /**
   * Ends a consent from any status, idempotently: its tokens are deleted here at once, and revoked at the
   * bank where the profile has an endpoint (RFC 7009).
   */
  async function revoke(caller: Caller, consentId: string): Promise<void> {
    await find(caller, 'revokeConsent', consentId)
    const tokens = await consents.revoke(consentId, caller.id, clock.now())
    cache.drop(consentId)
    await Promise.all(tokens.map(revokeAtBank))
  }

  /** Never raises: here the consent has ended, whatever becomes of its tokens there. */
  async function revokeAtBank({ consentId, chain, version, refreshToken }: RevokedToken): Promise<void> {
    const binding = { consentId, field: 'refresh_token', version: pairVersion({ chain, version }) } as const
    try {
      const atBank = await bank.revoke(await vault.open(refreshToken, binding))
      log.info({ consentId, chain, atBank }, 'tokens deleted')
    } catch (err) {
      log.error({ consentId, chain, err }, 'tokens deleted, and not revoked at the bank')
    }
  }

  /** Accepts a consent whose caller proved, by the one-time code, that its own customer came back with it. */
  async function confirm(caller: Caller, consentId: string, resultCode: Secret): Promise<ConsentRecord> {
    assertNotErased(await find(caller, 'confirmConsent', consentId))
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
