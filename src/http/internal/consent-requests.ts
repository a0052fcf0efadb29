import type { Static } from 'typebox'
import type { ImportRequest } from '../../core/import-consent.ts'
import type { ConsentQuery } from '../../core/query-consents.ts'
import { Secret } from '../../core/secret.ts'
import type { StartRequest } from '../../core/start-consent.ts'
import type { ImportConsentSchema, StartConsentSchema } from '../schemas/consent-requests.ts'
import type { ListQuery } from './list-query.ts'

type StartBody = Static<typeof StartConsentSchema>
type ImportBody = Static<typeof ImportConsentSchema>

/** UUIDs are the same in either case (RFC 9562 section 4); what is sealed is bound to the stored form. */
export function consentIdOf({ params }: { readonly params: { readonly id: string } }): string {
  return params.id.toLowerCase()
}

export function toStartRequest(body: StartBody): StartRequest {
  return {
    scopes: body.scopes,
    returnUrl: body.return_url ?? null,
    customerReference: body.customer_reference ?? null,
    grantedTo: body.granted_to ?? [],
    transactionId: body.transaction_id ?? null,
    bankBrand: body.bank_brand ?? null,
    metadata: body.metadata ?? {},
    confirm: body.confirm ?? false,
    ...(body.bind_user_agent === undefined ? {} : { bindUserAgent: body.bind_user_agent }),
  }
}

export function toImportRequest(body: ImportBody): ImportRequest {
  return {
    refreshToken: new Secret(body.refresh_token),
    scopes: body.scopes,
    expiresAt: new Date(body.expires_at),
    ...(body.consent_id === undefined ? {} : { consentId: body.consent_id.toLowerCase() }),
    described: {
      ...(body.owner === undefined ? {} : { owner: body.owner }),
      ...(body.granted_to === undefined ? {} : { grantedTo: body.granted_to }),
      ...(body.customer_reference === undefined ? {} : { customerReference: body.customer_reference }),
      ...(body.transaction_id === undefined ? {} : { transactionId: body.transaction_id }),
      ...(body.bank_brand === undefined ? {} : { bankBrand: body.bank_brand }),
      ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
    },
  }
}

export function toConsentQuery(query: Static<typeof ListQuery>): ConsentQuery {
  const { status, customer_reference, iban, expires_before, owner } = query
  return {
    ...(status === undefined ? {} : { status }),
    ...(customer_reference === undefined ? {} : { customerReference: customer_reference }),
    ...(iban === undefined ? {} : { iban }),
    ...(expires_before === undefined ? {} : { expiresBefore: new Date(expires_before) }),
    ...(owner === undefined ? {} : { owner }),
  }
}
