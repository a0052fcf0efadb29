import type { ToldConsent, UntoldConsent } from './bank.ts'
import type { Caller } from './caller.ts'
import { type Consent, maskIban, normalizeIban } from './consent.ts'
import { BankSilentError, ConflictError, RenewConsentError } from './errors.ts'
import { type GetLiveToken, REJECTION_EVERY_MS } from './get-token.ts'
import { type OpenedTokens, reauthorizationRequired } from './hand-out.ts'
import { assertAllowed, assertReaches } from './permissions.ts'
import type { Ports } from './ports.ts'
import { recordTold } from './record-told.ts'

/** What the bank says of a consent now; what it left out is as known before. */
export interface CheckedAccount {
  readonly consent: Consent
  readonly ibanMasked: string | null
  readonly scopes: readonly string[]
  readonly transactionId: string | null
  readonly checkedAt: Date
}

type CheckAccount = (caller: Caller, consentId: string) => Promise<CheckedAccount>

const RETRY_SOON_MS = 5_000
/** Before that no rejected token is rotated again. */
const RETRY_AFTER_MS: Partial<Record<UntoldConsent['kind'], number>> = { rejected: REJECTION_EVERY_MS }

/**
 * Asks the bank anew which account and scopes a consent is for (ABNAMRO.md section 5), by a token that is got as
 * any caller's. One that the bank rejects is rotated once (section 6); what it says then counts. Raises the problems
 * of a token request, `account_mismatch`, and `bank_unavailable` where the bank does not tell.
 */
export function createCheckAccount(ports: Ports, getLiveToken: GetLiveToken): CheckAccount {
  const { bank, clock, log } = ports
  const inFlight = new Map<string, Promise<CheckedAccount>>()

  /** Callers who ask at once share one question to the bank. */
  function share({ tokens, fingerprint }: OpenedTokens, ask: () => Promise<CheckedAccount>) {
    const key = `${tokens.consentId}/${fingerprint}`
    const current = inFlight.get(key)
    if (current !== undefined) return current
    const flight = ask().finally(() => inFlight.delete(key))
    inFlight.set(key, flight)
    return flight
  }

  async function askAndRecord(opened: OpenedTokens): Promise<CheckedAccount> {
    const info = await bank.consentInfo(opened.accessToken)
    if (info.kind !== 'rejected') return conclude(opened, info)
    const { consent } = opened.record
    log.warn({ consentId: consent.id, reason: info.reason }, 'the bank takes a token no more before its end')
    // Nothing rotates any more: the rejection says all there is to know.
    if (consent.status !== 'active') throw reauthorizationRequired()
    const rejectedToken = opened.accessToken
    const { opened: fresh } = await getLiveToken(consent.id, { rejectedToken }, () => {})
    const isOther = fresh.fingerprint !== opened.fingerprint
    return conclude(fresh, isOther ? await bank.consentInfo(fresh.accessToken) : info)
  }

  function conclude(opened: OpenedTokens, info: ToldConsent | UntoldConsent): Promise<CheckedAccount> {
    return info.kind === 'known' ? record(opened, info) : refuse(opened, info)
  }

  async function record({ record, tokens }: OpenedTokens, told: ToldConsent): Promise<CheckedAccount> {
    const { consent } = record
    const checkedAt = clock.now()
    const result = await recordTold(ports, tokens, told)
    if (result === 'account_mismatch') {
      throw new ConflictError(
        result,
        'The bank names another account than the one known; nothing has changed.',
      )
    }
    // Renewed or revoked while the bank answered: what it told is of a token that is no longer in use.
    if (result !== 'recorded') throw new BankSilentError(1)
    return {
      consent,
      ibanMasked: told.iban === null ? consent.ibanMasked : maskIban(normalizeIban(told.iban)),
      scopes: told.scopes ?? consent.scopes ?? consent.requestedScopes,
      transactionId: told.transactionId ?? consent.transactionId,
      checkedAt,
    }
  }

  async function refuse({ record }: OpenedTokens, info: UntoldConsent): Promise<never> {
    const { kind, reason, retryAfterMs = RETRY_AFTER_MS[kind] ?? RETRY_SOON_MS } = info
    const consentId = record.consent.id
    // A key or certificate that is refused here is refused for every consent: somebody must look.
    log[kind === 'our_fault' ? 'error' : 'warn'](
      { consentId, kind, reason },
      'the bank does not tell the account',
    )
    if (kind !== 'no_access') throw new BankSilentError(retryAfterMs / 1000)
    const type = 'consent.access_denied'
    await ports.consents.note({ consentId, type, actor: 'bank', detail: { reason }, now: clock.now() })
    throw new RenewConsentError('reauthorization_required', NO_ACCESS)
  }

  return async (caller, consentId) => {
    assertAllowed(caller, 'checkAccount')
    const permit = (consent: Consent) => assertReaches(caller, 'checkAccount', consent)
    const { opened } = await getLiveToken(consentId, {}, permit)
    // A token of another bank, from before BANK_PROFILE was changed, is no business of this one.
    if (opened.record.consent.bank !== bank.id) throw new BankSilentError(RETRY_SOON_MS / 1000)
    return share(opened, () => askAndRecord(opened))
  }
}

const NO_ACCESS = 'The bank takes the token, but gives it no access to the account: the customer must renew.'
