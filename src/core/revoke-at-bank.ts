import type { RevokedToken } from './consent-store.ts'
import type { Ports } from './ports.ts'
import { pairVersion } from './vault.ts'

export type RevokeAtBank = (token: RevokedToken) => Promise<void>

/**
 * Makes the function that ends a pair nobody owns any more at the bank, where its profile has an endpoint
 * (RFC 7009). It never raises: here the pair is gone, whatever becomes of it there.
 */
export function createRevokeAtBank({
  bank,
  log,
  vault,
}: Pick<Ports, 'bank' | 'log' | 'vault'>): RevokeAtBank {
  return async ({ consentId, chain, version, refreshToken }) => {
    const binding = { consentId, field: 'refresh_token', version: pairVersion({ chain, version }) } as const
    try {
      const atBank = await bank.revoke(await vault.open(refreshToken, binding))
      log.info({ consentId, chain, atBank }, 'tokens deleted')
    } catch (err) {
      log.error({ consentId, chain, err }, 'tokens deleted, and not revoked at the bank')
    }
  }
}
