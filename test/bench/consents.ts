import { call } from '../support/api.ts'
import type { World } from '../support/broker.ts'

const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']

/** Imports chains begun at the bank; resolves the ids of their consents. */
export async function importConsents(world: World, internalUrl: string, count: number): Promise<string[]> {
  const expiresAt = new Date(Date.now() + 80 * 86_400_000).toISOString()
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    const grant = await world.bank.startGrant({ scopes: SCOPES })
    const { status, body, text } = await call({ internalUrl }, 'POST /v1/consents/import', {
      as: 'ops',
      body: { refresh_token: grant.refresh_token, scopes: SCOPES, expires_at: expiresAt, owner: 'ledger' },
    })
    if (status !== 201) throw new Error(text)
    ids.push(body.id)
  }
  return ids
}
