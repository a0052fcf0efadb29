import type { Sealed } from '../../../src/core/vault.ts'
import { pairVersion } from '../../../src/core/vault.ts'
import { createVault, readKeyRing } from '../../../src/vault/index.ts'
import type { Sql } from '../../support/sql.ts'

/** Every token of every consent, opened with the key ring: what no answer may show to who may not have it. */
export async function openTokens(sql: Sql, env: Record<string, string>): Promise<string[]> {
  const vault = createVault(readKeyRing(env.ENCRYPTION_KEYS_FILE ?? ''))
  const rows = await sql('select consent_id, chain, version, access_token, refresh_token from consent_tokens')
  const opened = rows.flatMap(({ consent_id: consentId, chain, version, ...sealed }) =>
    (['access_token', 'refresh_token'] as const)
      .filter((field) => sealed[field] !== null)
      .map(async (field) => {
        const binding = { consentId, field, version: pairVersion({ chain, version }) }
        return (await vault.open(sealed[field] as Sealed, binding)).reveal()
      }),
  )
  return Promise.all(opened)
}
