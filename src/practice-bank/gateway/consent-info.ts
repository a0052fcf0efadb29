import { json } from '../answer.ts'
import type { JsonObject } from '../faults.ts'
import type { AccessToken, Grant } from '../oauth/grants.ts'
import { productOfScopes } from '../scopes.ts'
import { gatewayErrors } from './gateway-errors.ts'
import type { GatewayRoute } from './gateway-route.ts'

/** `GET /v1/consentinfo` (ABNAMRO.md §5). */
export const consentInfoRoute: GatewayRoute = {
  method: 'GET',
  path: '/consentinfo',
  endpoint: 'consentinfo',
  handle: ({ token }) =>
    token.grant === null ? gatewayErrors.noAccountInToken : json(200, bodyFor(token, token.grant)),
}

// The bank's own samples differ by product: member names, the scopes' prefix, the type of `valid`.
function bodyFor({ scopes, endsAt }: AccessToken, { iban, transactionId }: Grant): JsonObject {
  const valid = Math.floor(endsAt / 1000)
  const scope = scopes.join(' ')
  switch (productOfScopes(scopes)) {
    case 'account':
      return { iban, transactionId, scopes: scope, valid }
    case 'batch':
      return { scopes: scope, iban, paymentReference: null, valid: String(valid) }
    default:
      return {
        scopes: scope.replaceAll('psd2:', ''),
        iban,
        paymentReference: transactionId,
        valid: String(valid),
      }
  }
}
