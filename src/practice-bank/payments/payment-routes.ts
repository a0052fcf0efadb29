import { accountOf } from '../accounts/bank-account.ts'
import { areFundsAvailable } from '../accounts/funds.ts'
import { type Answer, json, noContent } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { fullDate } from '../full-date.ts'
import { type GatewayError, gatewayErrors } from '../gateway/gateway-errors.ts'
import type { GatewayRequest, GatewayRoute } from '../gateway/gateway-route.ts'
import type { Payment, PaymentStatus } from './payment.ts'
import { type Cancelling, type PaymentKindRules, paymentKinds } from './payment-kinds.ts'
import { complaintAboutClientToken, consentBehind } from './token-rules.ts'

type Handle = GatewayRoute['handle']

/** Lists the operations of single payments and standing orders (PIS 1.2.1, paths). */
export function paymentRoutes(state: BankState): GatewayRoute[] {
  return paymentKinds.flatMap((rules) => {
    const one = `${rules.path}/:transactionId`
    const routes = [
      route('POST', rules.path, (request) => register(state, rules, request)),
      route('PUT', one, (request) => release(state, rules, request)),
    ]
    if (rules.readScope !== null) routes.push(route('GET', one, reader(state, rules, rules.readScope)))
    if (rules.cancel !== null) routes.push(route('DELETE', one, canceller(state, rules, rules.cancel)))
    return routes
  })
}

function route(method: GatewayRoute['method'], path: string, handle: Handle): GatewayRoute {
  return { method, path, endpoint: 'payments', handle }
}

function register(
  { payments, now }: BankState,
  rules: PaymentKindRules,
  { token, body }: GatewayRequest,
): Answer | GatewayError {
  const complaint = complaintAboutClientToken(token, rules.writeScope, rules.errors)
  if (complaint !== undefined) return complaint
  const order = rules.read(body, fullDate(now()))
  return 'code' in order ? order : json(201, bodyWithHolder(rules, payments.register(order)))
}

function release(state: BankState, rules: PaymentKindRules, request: GatewayRequest): Answer | GatewayError {
  if (request.body !== '') return rules.errors.body
  const payment = paymentOf(state, rules, { request, scope: rules.writeScope })
  if ('code' in payment) return payment
  if (payment.status !== 'AUTHORIZED') return rules.errors.status
  const released = state.payments.change(payment, { status: statusAtRelease(state, payment) })
  return json(rules.releasedStatus, bodyWithHolder(rules, released))
}

function reader(state: BankState, rules: PaymentKindRules, scope: string): Handle {
  return (request) => {
    const payment = paymentOf(state, rules, { request, scope })
    if ('code' in payment) return payment
    return json(200, bodyOf(rules, payment))
  }
}

function canceller(state: BankState, rules: PaymentKindRules, cancel: Cancelling): Handle {
  return (request) => {
    const payment = paymentOf(state, rules, { request, scope: cancel.scope })
    if ('code' in payment) return payment
    const complaint = cancel.complaintAbout(payment.status)
    if (complaint !== undefined) return complaint
    state.payments.change(payment, { status: 'CANCELLED' })
    return noContent()
  }
}

interface Asked {
  readonly request: GatewayRequest
  readonly scope: string
}

/** Finds the payment of a request whose token's consent is for it. */
function paymentOf(
  { payments }: BankState,
  rules: PaymentKindRules,
  { request: { token, path }, scope }: Asked,
): Payment | GatewayError {
  const consent = consentBehind(token, scope, rules.errors)
  if ('code' in consent) return consent
  if (consent.transactionId !== path.transactionId) return rules.errors.otherTransaction
  const payment = payments.find(path.transactionId)
  return payment === undefined || payment.kind !== rules.kind ? gatewayErrors.notFound : payment
}

function statusAtRelease({ now }: BankState, payment: Payment): PaymentStatus {
  if (payment.recurrence !== null || payment.executionDate !== null) return 'SCHEDULED'
  return areFundsAvailable(payment.chosenAccount ?? '', payment.amount, now()) ? 'EXECUTED' : 'REJECTED'
}

function bodyOf({ shownStatus }: PaymentKindRules, payment: Payment) {
  const { transactionId, chosenAccount, debtorAccount } = payment
  const account = chosenAccount ?? debtorAccount
  return {
    ...(account === null ? {} : { accountNumber: account }),
    transactionId,
    status: shownStatus(payment),
  }
}

// Of a payment's answers those to POST and PUT name the holder, a standing order's none (PIS 1.2.1).
function bodyWithHolder(rules: PaymentKindRules, payment: Payment) {
  const body = bodyOf(rules, payment)
  if (rules.kind === 'recurrent' || body.accountNumber === undefined) return body
  return { ...body, accountHolderName: accountOf(body.accountNumber).holderName }
}
