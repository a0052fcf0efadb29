import type { World } from '../../support/broker.ts'

/** What Consent Info says to a token: 200, or 401 where its grant has ended. */
export async function bankAnswers({ bankUrl }: Pick<World, 'bankUrl'>, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'api-key': 'practice-api-key' }
  return (await fetch(`${bankUrl}/v1/consentinfo`, { headers })).status
}
