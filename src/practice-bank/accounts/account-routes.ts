import { type Answer, json } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { type GatewayError, gatewayErrors } from '../gateway/gateway-errors.ts'
import type { GatewayRequest, GatewayRoute } from '../gateway/gateway-route.ts'
import { accountErrors } from './account-errors.ts'
import { accountOf } from './bank-account.ts'
import { balanceCentsAt } from './bookings.ts'
import { fundsAnswer } from './funds.ts'
import { transactionsAnswer } from './transactions.ts'

/** Which account is asked about, how, and when. */
export interface AccountQuestion {
  readonly iban: string
  readonly query: GatewayRequest['query']
  readonly now: number
}

type AnswerQuestion = (question: AccountQuestion) => Answer | GatewayError

/** Lists what can be asked about an account (ABNAMRO.md §2; Account Information 1.0.2). */
export function accountRoutes({ now }: BankState): GatewayRoute[] {
  const route = (name: string, scope: string, answer: AnswerQuestion): GatewayRoute => ({
    method: 'GET',
    path: `/accounts/:iban/${name}`,
    endpoint: 'accounts',
    handle: (request) => {
      const iban = accountBehind(request, scope)
      return typeof iban === 'string' ? answer({ iban, query: request.query, now: now() }) : iban
    },
  })
  return [
    route('details', 'psd2:account:details:read', details),
    route('balances', 'psd2:account:balance:read', balances),
    route('transactions', 'psd2:account:transaction:read', transactionsAnswer),
    route('funds', 'psd2:account:funds:read', fundsAnswer),
  ]
}

// One consent is one account, so any other is none of this token's business (ABNAMRO.md §5).
function accountBehind({ token, path }: GatewayRequest, scope: string): string | GatewayError {
  if (!token.scopes.includes(scope)) return gatewayErrors.insufficientScope
  if (token.grant === null) return gatewayErrors.noAccountInToken
  return path.iban === token.grant.iban ? token.grant.iban : accountErrors.noAccess
}

function details({ iban }: AccountQuestion): Answer {
  const { currency, holderName } = accountOf(iban)
  return json(200, { accountNumber: iban, currency, accountHolderName: holderName })
}

function balances({ iban, now }: AccountQuestion): Answer {
  const { currency } = accountOf(iban)
  const amount = balanceCentsAt(iban, now) / 100
  return json(200, { accountNumber: iban, balanceType: 'BOOKBALANCE', amount, currency })
}
