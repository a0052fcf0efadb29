import type { UntoldConsent } from '../core/bank.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { readJsonObject } from './answer-body.ts'
import type { Answered } from './outcome.ts'
import type { BankProfile } from './profiles.ts'

type Kind = UntoldConsent['kind']

// For codes that the profile does not know (RFC 6750 section 3.1, RFC 6585 section 4).
const BY_STATUS: Readonly<Record<number, Kind>> = { 401: 'rejected', 403: 'no_access', 429: 'busy' }

/** Judges a refusal of the bank's API by the codes of its envelope, then by status, never by text (ABNAMRO.md section 5). */
export function readApiError(profile: BankProfile, answer: Answered, now: Date): UntoldConsent {
  const codes = errorCodes(answer)
  const code = codes.find((one) => Object.hasOwn(profile.apiErrors, one))
  const byCode = code === undefined ? undefined : profile.apiErrors[code]
  const waitMs = retryAfterMs(answer.retryAfter, now)
  return {
    kind: byCode ?? kindByStatus(answer.status, codes.length > 0),
    // A code that is not in the table is the bank's own text, and stays out of our logs.
    reason: code ?? `http_${answer.status}`,
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  }
}

/** Without the envelope it was a proxy that answered, which knows nothing of tokens or accounts (DESIGN 4.2). */
function kindByStatus(status: number, hasEnvelope: boolean): Kind {
  if (status < 400 || status >= 500) return 'unknown'
  const kind = BY_STATUS[status] ?? 'our_fault'
  return hasEnvelope || kind === 'busy' ? kind : 'our_fault'
}

function errorCodes({ body }: Answered): string[] {
  const errors = readJsonObject(body)?.errors
  return (Array.isArray(errors) ? errors : []).flatMap((error: { code?: unknown } | null) =>
    typeof error?.code === 'string' ? [error.code] : [],
  )
}
