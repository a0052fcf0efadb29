import { assertPermission, type Caller } from './caller.ts'
import type { ConsentRecord, NewConsent } from './consent-store.ts'
import { NotFoundError, RequestError } from './errors.ts'
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
  readonly owner?: string
  readonly grantedTo: readonly string[]
  readonly customerReference: string | null
  readonly bankBrand: string | null
  readonly transactionId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Moves a chain in from another system, or onto an existing consent as a rescue: a new chain, due at once,
 * `pending` until its first rotation. Raises `invalid_request` or `consent_not_found`.
 */
export function createImportConsent(ports: Ports, cache: Pick<TokenCache, 'drop'>) {
  const { bank, clock, consents, vault } = ports

  async function run(caller: Caller, request: ImportRequest): Promise<ConsentRecord> {
    assertPermission(caller, 'ops')
    assertImportable(request)
    const consent = await toConsent(caller, request)
    const imported = await consents.importChain({
      consent,
      actor: caller.id,
      onExisting: request.consentId !== undefined,
      refreshToken: (chain) =>
        vault.seal(request.refreshToken, {
          consentId: consent.id,
          field: 'refresh_token',
          version: pairVersion({ chain, version: 1 }),
        }),
    })
    if (imported === null) throw new NotFoundError()
    cache.drop(imported.id)
    return find(imported.id)
  }

  async function find(consentId: string): Promise<ConsentRecord> {
    const record = await consents.find(consentId)
    if (record === null) throw new NotFoundError()
    return record
  }

  function assertImportable({ scopes, transactionId, expiresAt }: ImportRequest): void {
    const problem = bank.scopeProblem(scopes, transactionId)
    if (problem !== null) throw new RequestError(problem.field, problem.problem)
    const now = clock.now().getTime()
    const latest = now + bank.consentValidityMs
    if (expiresAt.getTime() <= now) throw new RequestError('expires_at', 'must be in the future')
    if (expiresAt.getTime() > latest) {
      throw new RequestError('expires_at', `must be no later than ${new Date(latest).toISOString()}`)
    }
  }

  async function toConsent(caller: Caller, request: ImportRequest): Promise<NewConsent> {
    const existing = request.consentId === undefined ? null : await find(request.consentId)
    return {
      id: existing?.consent.id ?? crypto.randomUUID(),
      bank: bank.id,
      status: 'pending',
      requestedScopes: request.scopes,
      owner: request.owner ?? existing?.consent.owner ?? caller.id,
      grantedTo: request.grantedTo,
      customerReference: request.customerReference,
      transactionId: request.transactionId,
      bankBrand: request.bankBrand,
      confirm: false,
      bindUserAgent: true,
      metadata: request.metadata,
      createdAt: clock.now(),
      expiresAt: request.expiresAt,
    }
  }

  return run
}
