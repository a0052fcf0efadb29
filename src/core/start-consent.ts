import { assertAskable } from './assert-askable.ts'
import { assertReturnUrl, newAuthorization, type Started, startedOf } from './authorization-link.ts'
import { answerBinding } from './bindings.ts'
import type { Caller } from './caller.ts'
import { canonical } from './canonical.ts'
import type { Consent } from './consent.ts'
import type { ConsentRecord, IdempotentAnswer, NewConsent } from './consent-store.ts'
import { ConflictError, EndedConsentError } from './errors.ts'
import { assertAllowed } from './permissions.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { Secret } from './secret.ts'

export interface StartRequest {
  readonly scopes: readonly string[]
  readonly returnUrl: string | null
  readonly customerReference: string | null
  readonly grantedTo: readonly string[]
  readonly transactionId: string | null
  readonly bankBrand: string | null
  readonly confirm: boolean
  /** Undefined: as BIND_USER_AGENT says. */
  readonly bindUserAgent?: boolean
  readonly metadata: Readonly<Record<string, string>>
}

export type StartConsent = (
  caller: Caller,
  request: StartRequest,
  idempotencyKey: string | null,
) => Promise<Started>

/** Starts a consent. Raises `invalid_request` naming the field, or the conflicts of a reused Idempotency-Key. */
export function createStartConsent(ports: Ports, settings: CoreSettings): StartConsent {
  const { bank, clock, consents, vault } = ports

  async function run(caller: Caller, request: StartRequest, idempotencyKey: string | null): Promise<Started> {
    assertAllowed(caller, 'startConsent')
    assertStartable(ports, settings, request)
    const consent = newConsent(caller, request)
    const { authorization, ticket } = newAuthorization(ports, settings, {
      consentId: consent.id,
      kind: 'first',
      returnUrl: request.returnUrl,
    })
    const started = startedOf(settings, { record: asPending(consent), authorization, ticket })
    const idempotency =
      idempotencyKey === null ? null : await keepAnswer(caller, request, { key: idempotencyKey, started })
    const result = await consents.start({ consent, authorization, idempotency })
    switch (result.kind) {
      case 'started':
        return started
      case 'replayed':
        return revive(await vault.open(result.storedAnswer, answerBinding(result.consentId)))
      case 'revoked':
        throw new EndedConsentError('consent_revoked', 'The consent that this request started was revoked.')
      case 'in_progress':
        throw new ConflictError(
          'request_in_progress',
          'A request with this Idempotency-Key is being answered.',
        )
      case 'key_reused':
        throw new ConflictError(
          'idempotency_key_reused',
          'This Idempotency-Key was used for another request.',
        )
    }
  }

  function newConsent(caller: Caller, request: StartRequest): NewConsent {
    return {
      id: crypto.randomUUID(),
      bank: bank.id,
      status: 'pending',
      requestedScopes: request.scopes,
      owner: caller.id,
      grantedTo: request.grantedTo,
      customerReference: request.customerReference,
      transactionId: request.transactionId,
      bankBrand: request.bankBrand,
      confirm: request.confirm,
      bindUserAgent: request.bindUserAgent ?? settings.bindUserAgent,
      metadata: request.metadata,
      createdAt: clock.now(),
      expiresAt: null,
    }
  }

  async function keepAnswer(
    caller: Caller,
    request: StartRequest,
    { key, started }: { key: string; started: Started },
  ): Promise<IdempotentAnswer> {
    return {
      caller: caller.id,
      keyDigest: vault.digest(new Secret(key)),
      requestDigest: vault.digest(new Secret(canonical(request))),
      storedAnswer: await vault.seal(
        new Secret(JSON.stringify(started)),
        answerBinding(started.record.consent.id),
      ),
    }
  }

  return run
}

function revive(answer: Secret): Started {
  // Its dates are texts by now.
  const { record, authorizationUrl, authorizationExpiresAt } = JSON.parse(answer.reveal()) as Started
  const createdAt = new Date(record.consent.createdAt)
  return {
    record: { ...record, standstill: null, consent: { ...record.consent, createdAt } },
    authorizationUrl,
    authorizationExpiresAt: new Date(authorizationExpiresAt),
  }
}

function asPending(started: NewConsent): ConsentRecord {
  const consent: Consent = {
    ...started,
    statusReason: null,
    scopes: null,
    confirmedAt: null,
    ibanMasked: null,
    chain: 0,
    authorizedAt: null,
    lastAskedAt: null,
    erasedAt: null,
  }
  return { consent, tokens: null, standstill: null }
}

function assertStartable({ bank }: Ports, settings: CoreSettings, request: StartRequest): void {
  assertAskable(bank, request)
  assertReturnUrl(settings, request.returnUrl)
}
