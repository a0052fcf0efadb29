import type { Static } from 'typebox'
import type { ImportRequest } from '../../core/import-consent.ts'
import type { ConsentQuery } from '../../core/query-consents.ts'
import { Secret } from '../../core/secret.ts'
import type { StartRequest } from '../../core/start-consent.ts'
import type { consent } from '../schemas/index.ts'
import type { ListQuery } from './consent-documents.ts'

type StartBody = Static<typeof consent.StartConsentSchema>
type ImportBody = Static<typeof consent.ImportConsentSchema>

export function toStartRequest(body: StartBody): StartRequest {
  return {
    scopes: body.scopes,
    returnUrl: body.return_url ?? null,
    ...toDescription(body),
    confirm: body.confirm ?? false,
    ...(body.bind_user_agent === undefined ? {} : { bindUserAgent: body.bind_user_agent }),
  }
}

export function toImportRequest(body: ImportBody): ImportRequest {
  return {
    refreshToken: new Secret(body.refresh_token),
    scopes: body.scopes,
    expiresAt: new Date(body.expires_at),
    ...(body.consent_id === undefined ? {} : { consentId: body.consent_id }),
    ...(body.owner === undefined ? {} : { owner: body.owner }),
    ...toDescription(body),
  }
}

function toDescription(body: StartBody | ImportBody) {
  return {
    customerReference: body.customer_reference ?? null,
    grantedTo: body.granted_to ?? [],
    transactionId: body.transaction_id ?? null,
    bankBrand: body.bank_brand ?? null,
    metadata: body.metadata ?? {},
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
