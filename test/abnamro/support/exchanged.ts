import type { PracticeBank } from '../../../src/practice-bank/index.ts'
import { EXCHANGE } from '../../flow/helpers.ts'

export interface ExchangedTokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** Keeps the tokens that the next code is exchanged for, as the bank writes them. */
export function noteNextExchange(bank: PracticeBank): Promise<ExchangedTokens> {
  const { promise, resolve } = Promise.withResolvers<ExchangedTokens>()
  const body = (answer: Record<string, unknown>) => {
    resolve({ access_token: String(answer.access_token), refresh_token: String(answer.refresh_token) })
    return answer
  }
  bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'body', body } })
  return promise
}
