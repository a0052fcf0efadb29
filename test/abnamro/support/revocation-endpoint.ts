import type { Test } from 'tap'
import type { PracticeBank } from '../../../src/practice-bank/index.ts'
import { startHttp } from '../../bank/support/servers.ts'

type Behaviour = 'revokes' | 'fails' | 'hangs'

/** A revocation endpoint beside the practice bank (RFC 7009): what it takes ends its grant there. */
export async function startRevocationEndpoint(t: Pick<Test, 'teardown'>, bank: PracticeBank) {
  let behaviour: Behaviour = 'revokes'
  const { base, received } = await startHttp(t, ({ form }, response) => {
    if (behaviour === 'hangs') return
    if (behaviour === 'revokes') bank.revokeConsent({ refreshToken: form.get('token') ?? '' })
    response.writeHead(behaviour === 'fails' ? 503 : 200).end()
  })
  return {
    url: `${base}/as/revoke_token.oauth2`,
    received,
    behave: (as: Behaviour) => {
      behaviour = as
    },
  }
}
