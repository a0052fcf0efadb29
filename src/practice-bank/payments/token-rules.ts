import { type GatewayError, gatewayErrors } from '../gateway/gateway-errors.ts'
import type { AccessToken, Grant } from '../oauth/grants.ts'
import { productOfScope } from '../scopes.ts'
import type { PaymentKindRules } from './payment-kinds.ts'

type Errors = Pick<PaymentKindRules['errors'], 'wrongScope' | 'wrongGrantType'>

/**
 * Tells why a token may not do what needs this scope. The gateway knows products and the payments behind it their
 * operations: that is our reading of why the bank has two codes.
 */
export function complaintAboutScope(
  { scopes }: AccessToken,
  scope: string,
  { wrongScope }: Pick<Errors, 'wrongScope'>,
): GatewayError | undefined {
  if (scopes.includes(scope)) return undefined
  const product = productOfScope(scope)
  return scopes.some((one) => productOfScope(one) === product) ? wrongScope : gatewayErrors.insufficientScope
}

/** Tells why a token may not register a payment: a client's own token does (ABNAMRO.md §2). */
export function complaintAboutClientToken(
  token: AccessToken,
  scope: string,
  errors: Errors,
): GatewayError | undefined {
  const complaint = complaintAboutScope(token, scope, errors)
  return complaint ?? (token.grant === null ? undefined : errors.wrongGrantType)
}

/** Takes the consent behind a token that may do what needs this scope, or tells why it may not. */
export function consentBehind(token: AccessToken, scope: string, errors: Errors): Grant | GatewayError {
  const complaint = complaintAboutScope(token, scope, errors)
  return complaint ?? token.grant ?? errors.wrongGrantType
}
