import type { Test } from 'tap'
import { type BankOptions, createBank, profiles } from '../../../src/bank/index.ts'
import type { TokenOutcome } from '../../../src/core/bank.ts'
import { Secret } from '../../../src/core/secret.ts'

/** Creates a bank whose every address lies under `base`. */
export function bankAt(t: Pick<Test, 'teardown'>, base: string, extra: Partial<BankOptions> = {}) {
  const bank = createBank({
    profile: profiles['abnamro-sandbox'],
    authorizationEndpoint: `${base}/as/authorization.oauth2`,
    tokenEndpoint: `${base}/as/token.oauth2`,
    apiBaseUrl: `${base}/v1`,
    clientId: 'TPP_test',
    apiKey: new Secret('the-api-key'),
    redirectUri: 'https://localhost/auth',
    abandonAfterMs: 8_000,
    maxConcurrency: 2,
    ...extra,
  })
  t.teardown(() => bank.close())
  return bank
}

/** Lays an outcome open, secrets and all, so that it can be compared. */
export function open(outcome: TokenOutcome): unknown {
  if (outcome.kind === 'granted') {
    const { accessToken, refreshToken, ...rest } = outcome.tokens
    return { kind: 'granted', ...rest, access: accessToken.reveal(), refresh: refreshToken?.reveal() ?? null }
  }
  if (outcome.kind !== 'uncertain') return outcome
  const { unreadableAnswer, ...rest } = outcome
  return { ...rest, ...(unreadableAnswer === undefined ? {} : { raw: unreadableAnswer.reveal() }) }
}
