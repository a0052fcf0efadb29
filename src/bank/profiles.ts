import type { AuthorizationRefusal, UntoldConsent } from '../core/bank.ts'
import type { ReplayPolicy } from '../core/token-store.ts'

/** One scope of the catalogue; the combination rules read these fields and nothing else. */
export interface ScopeRule {
  readonly kind: 'account' | 'payment'
  /** Scopes of different products are never asked for together. */
  readonly product: string
  readonly action: 'read' | 'write' | 'delete'
  /** Whether the customer authorizes one registered payment, named by a transaction id. */
  readonly transaction: 'required' | 'refused'
  /** Whether the client itself may hold it, by client credentials, to register a payment. */
  readonly clientToken: boolean
}

/** What may stand together in one consent; `scopes.ts` has a check for each. */
export type CombinationRule = 'one_kind' | 'delete_alone' | 'one_write' | 'one_product'

/** What an `error` of the token endpoint says: the token is refused, or the bank refuses us (DESIGN 4.2). */
export type TokenError = 'refused' | 'our_fault'

/** Everything the adapter knows about one bank: a second bank is a second value of this type. */
export interface BankProfile {
  readonly id: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly apiBaseUrl: string
  readonly revocationEndpoint: string | null
  readonly pkce: boolean
  /** Whether a made-up refresh token may be presented, to see whether the bank is well (DESIGN 4.4). */
  readonly probe: boolean
  /** Whether tokens work with the certificate alone that they were obtained with (RFC 8705 section 3). */
  readonly certificateBoundTokens: boolean
  readonly authorizationParameters: Readonly<Record<string, string>>
  readonly brandParameter: string
  readonly brands: readonly string[]
  readonly transactionParameter: string
  /** Consent Info leaves this prefix out now and then (ABNAMRO.md section 5). */
  readonly scopePrefix: string
  readonly scopes: Readonly<Record<string, ScopeRule>>
  /** Looked at in this order: the first that is broken is told. */
  readonly combinationRules: readonly CombinationRule[]
  /** By the `error` that the browser brings back. */
  readonly refusals: Readonly<Record<string, AuthorizationRefusal>>
  readonly otherRefusal: AuthorizationRefusal
  /** By the `error` member of a 4xx; any other word is our fault too, and stays out of our reasons. */
  readonly tokenErrors: Readonly<Record<string, TokenError>>
  /** Statuses by which the server says that it did not act. */
  readonly notProcessedStatuses: readonly number[]
  /** What the codes of its API errors mean; one that is not here is judged by its status. */
  readonly apiErrors: Readonly<Record<string, UntoldConsent['kind']>>
  readonly consentValidityMs: number
  readonly codeTtlMs: number
  readonly renewalAdvisedBeforeMs: number
  readonly defaultExpiresInSeconds: number
  /** When a refresh token whose answer was lost may be presented once more (DESIGN 4.3). */
  readonly refreshReplay: ReplayPolicy
}

export type ProfileName = 'abnamro' | 'abnamro-sandbox'

const DAY_MS = 86_400_000

const accountScope: ScopeRule = {
  kind: 'account',
  product: 'account information',
  action: 'read',
  transaction: 'refused',
  clientToken: false,
}

function singlePayment(product: string, action: ScopeRule['action']): ScopeRule {
  return { kind: 'payment', product, action, transaction: 'required', clientToken: action === 'write' }
}

function batchPayment(product: string): ScopeRule {
  return { kind: 'payment', product, action: 'write', transaction: 'refused', clientToken: false }
}

// ABNAMRO.md section 2. Funds need another licence than the account scopes, hence a product of their own.
const scopes: Record<string, ScopeRule> = {
  'psd2:account:details:read': accountScope,
  'psd2:account:balance:read': accountScope,
  'psd2:account:transaction:read': accountScope,
  'psd2:account:funds:read': { ...accountScope, product: 'confirmation of funds' },
  'psd2:payment:sepa:write': singlePayment('SEPA payments', 'write'),
  'psd2:payment:sepa:read': singlePayment('SEPA payments', 'read'),
  'psd2:payment:xborder:write': singlePayment('cross-border payments', 'write'),
  'psd2:payment:recurrent:sepa:write': singlePayment('standing orders', 'write'),
  'psd2:payment:recurrent:sepa:delete': singlePayment('standing orders', 'delete'),
  'psd2:payment:batchsct:write': batchPayment('batch credit transfers'),
  'psd2:payment:batchsdd:write': batchPayment('batch direct debits'),
}

// RFC 6749 section 5.2.
const tokenErrors: Record<string, TokenError> = {
  invalid_grant: 'refused',
  invalid_request: 'our_fault',
  invalid_client: 'our_fault',
  unauthorized_client: 'our_fault',
  unsupported_grant_type: 'our_fault',
  invalid_scope: 'our_fault',
}

// ABNAMRO.md section 5. A certificate, an address or an API key that is refused is no matter of one consent.
const apiErrors: Record<string, UntoldConsent['kind']> = {
  ...codes('rejected', 'ERR_2002_001', 'ERR_2002_002', 'ERR_2003_001', 'ERR_2100_001'),
  ...codes('no_access', 'MESSAGE_RST560_0016', 'ERR_3002_001', 'ERR_3002_002', 'ERR_3002_003'),
  ...codes('no_access', 'MESSAGE_BAI561_0044', 'MESSAGE_BAI561_0045', 'MESSAGE_BAI561_0046'),
  ...codes(
    'no_access',
    'MESSAGE_DAO375_0005',
    'MESSAGE_DAO375_0006',
    'MESSAGE_DAO375_0007',
    'MESSAGE_DAO375_0008',
  ),
  ...codes('busy', 'ERR_7001_001', 'ERR_7002_001'),
  ...codes('our_fault', 'ERR_1001_001', 'ERR_1002_001', 'ERR_1002_002', 'ERR_1002_003', 'ERR_1100_004'),
  ...codes('our_fault', 'ERR_2001_001', 'ERR_2004_002', 'ERR_2004_003', 'ERR_2005_001', 'ERR_2005_002'),
  ...codes('our_fault', 'ERR_3001_001', 'ERR_4001_001', 'MESSAGE_BAI561_0047', 'MESSAGE_BAI561_0048'),
  ...codes('unknown', 'MESSAGE_BAI560_0005', 'ERR_9001_005'),
}

function codes(kind: UntoldConsent['kind'], ...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, kind]))
}

const abnamro: BankProfile = {
  id: 'abnamro',
  authorizationEndpoint: 'https://auth.connect.abnamro.com/as/authorization.oauth2',
  tokenEndpoint: 'https://auth.connect.abnamro.com:8443/as/token.oauth2',
  apiBaseUrl: 'https://api.abnamro.com/v1',
  revocationEndpoint: null,
  pkce: true,
  probe: true,
  // Not documented; and a certificate's renewal leaves consents as they are (ABNAMRO.md sections 1.4 and 7).
  certificateBoundTokens: false,
  authorizationParameters: { flow: 'code' },
  brandParameter: 'bank',
  brands: ['NLAA01', 'BEPB01', 'BEPB02'],
  transactionParameter: 'transactionId',
  scopePrefix: 'psd2:',
  scopes,
  combinationRules: ['one_kind', 'delete_alone', 'one_write', 'one_product'],
  // PingFederate's adapter says `server_error` when the customer cancels (ABNAMRO.md section 1.2).
  refusals: { server_error: 'cancelled_by_customer', access_denied: 'no_account' },
  otherRefusal: 'bank_trouble',
  tokenErrors,
  // Request timeout, too early, too many requests (RFC 9110, 8470, 6585).
  notProcessedStatuses: [408, 425, 429],
  apiErrors,
  consentValidityMs: 90 * DAY_MS,
  codeTtlMs: 60_000,
  renewalAdvisedBeforeMs: 14 * DAY_MS,
  defaultExpiresInSeconds: 7200,
  // A grace period of 60 s may exist, and no reuse was ever seen punished (ABNAMRO.md section 3).
  refreshReplay: 'prompt',
}

/** Lists the banks this adapter knows, with the hosts of ABNAMRO.md section 1.1. */
export const profiles: Readonly<Record<ProfileName, BankProfile>> = {
  abnamro,
  'abnamro-sandbox': {
    ...abnamro,
    id: 'abnamro-sandbox',
    // The newer sandbox hosts; the older ones (auth-sandbox.connect.abnamro.com, token on 8443) are settings.
    authorizationEndpoint: 'https://auth-sandbox.abnamro.com/as/authorization.oauth2',
    tokenEndpoint: 'https://auth-mtls-sandbox.abnamro.com/as/token.oauth2',
    apiBaseUrl: 'https://api-sandbox.abnamro.com/v1',
  },
}

/** The names that BANK_PROFILE may have. */
export const PROFILE_NAMES = Object.keys(profiles) as readonly ProfileName[]
