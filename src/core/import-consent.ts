import { assertAskable } from './assert-askable.ts'
import { assertNotErased } from './assert-not-erased.ts'
import type { Caller } from './caller.ts'
import { canonical } from './canonical.ts'
import type { Consent } from './consent.ts'
import type { ConsentRecord, NewConsent } from './consent-store.ts'
import { EndedConsentError, NotFoundError, RequestError } from './errors.ts'
import { assertAllowed } from './permissions.ts'
import type { Ports } from './ports.ts'
import type { Secret } from './secret.ts'
import type { TokenCache } from './token-cache.ts'
import { pairVersion } from './vault.ts'

export interface ImportRequest {
  readonly refreshToken: Secret
  readonly scopes: readonly string[]
  readonly expiresAt: Date
  /** An existing consent to rescue; undefined: a new one. */
  readonly consentId?: string
  readonly described: Description
}

/** What describes a consent; a rescue leaves all of it as it is. */
interface Description {
  readonly owner?: string
  readonly grantedTo?: readonly string[]
  readonly customerReference?: string
  readonly transactionId?: string
  readonly bankBrand?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * Moves a chain in from another system, or onto an existing consent as a rescue: a new chain, due at once,
 * `pending` until its first rotation. Raises `invalid_request`, `consent_not_found`, `consent_revoked` or
 * `consent_erased`.
 */
export function createImportConsent(ports: Ports, cache: Pick<TokenCache, 'drop'>) {
  const { consents, vault } = ports

  async function run(caller: Caller, request: ImportRequest): Promise<ConsentRecord> {
    assertAllowed(caller, 'importConsent')
    const rescued = request.consentId === undefined ? null : (await find(request.consentId)).consent
    if (rescued !== null) assertRescuable(rescued, request)
    const consent = { ...newConsent(ports, caller, request), ...kept(rescued) }
    assertImportable(ports, consent, request)
    const imported = await consents.importChain({
      consent,
      actor: caller.id,
      onExisting: rescued !== null,
      tokenDigest: vault.digest(request.refreshToken),
      refreshToken: (chain) =>
        vault.seal(request.refreshToken, {
          consentId: consent.id,
          field: 'refresh_token',
          version: pairVersion({ chain, version: 1 }),
        }),
    })
    if (imported === null) throw await whyNot(consent.id)
    cache.drop(imported)
    const record = await find(imported)
    if (imported !== consent.id) assertSameImport(request, consent, record.consent)
    assertNotErased(record.consent)
    return record
  }

  async function find(consentId: string): Promise<ConsentRecord> {
    const record = await consents.find(consentId)
    if (record === null) throw new NotFoundError()
    return record
  }

  async function whyNot(consentId: string): Promise<EndedConsentError> {
    assertNotErased((await find(consentId)).consent)
    return new EndedConsentError('consent_revoked', 'The consent was revoked.')
  }

  return run
}

/** What was erased cannot be compared with what describes it now. */
function assertRescuable(rescued: Consent, { described }: ImportRequest): void {
  assertNotErased(rescued)
  assertSame(rescued, described)
}

/** The same import again answers with the consent that it made; nothing was presented twice for it. */
function assertSameImport(request: ImportRequest, asked: NewConsent, imported: Consent): void {
  if (request.consentId === undefined && asked.owner === imported.owner) return
  throw new RequestError('refresh_token', 'was imported before, for another consent')
}

/** What a rescue keeps of the consent it is for. */
function kept(rescued: Consent | null) {
  if (rescued === null) return {}
  const { id, owner, transactionId, bankBrand } = rescued
  return { id, owner, transactionId, bankBrand }
}

function newConsent({ bank, clock }: Ports, caller: Caller, request: ImportRequest): NewConsent {
  const { described, expiresAt, scopes } = request
  return {
    id: crypto.randomUUID(),
    bank: bank.id,
    status: 'pending',
    requestedScopes: scopes,
    owner: described.owner ?? caller.id,
    grantedTo: described.grantedTo ?? [],
    customerReference: described.customerReference ?? null,
    transactionId: described.transactionId ?? null,
    bankBrand: described.bankBrand ?? null,
    confirm: false,
    bindUserAgent: true,
    metadata: described.metadata ?? {},
    createdAt: clock.now(),
    expiresAt,
  }
}

function assertImportable({ bank, clock }: Ports, consent: NewConsent, { expiresAt }: ImportRequest): void {
  assertAskable(bank, { ...consent, scopes: consent.requestedScopes })
  const now = clock.now().getTime()
  const latest = now + bank.consentValidityMs
  if (expiresAt.getTime() <= now) throw new RequestError('expires_at', 'must be in the future')
  if (expiresAt.getTime() > latest) {
    throw new RequestError('expires_at', `must be no later than ${new Date(latest).toISOString()}`)
  }
}

const FIELDS: Readonly<Record<keyof Description, string>> = {
  owner: 'owner',
  grantedTo: 'granted_to',
  customerReference: 'customer_reference',
  transactionId: 'transaction_id',
  bankBrand: 'bank_brand',
  metadata: 'metadata',
}

/** A rescue replaces the chain and nothing else: what was given in vain is refused rather than dropped. */
function assertSame(rescued: Consent, described: Description): void {
  for (const [name, value] of Object.entries(described)) {
    const key = name as keyof Description
    if (canonical(value) !== canonical(rescued[key])) {
      throw new RequestError(FIELDS[key], 'differs from that of the consent to rescue')
    }
  }
}
