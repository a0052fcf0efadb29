import type { AuthorizationRequest } from '../authorization-request.ts'
import { opaque, opaqueLength } from '../opaque.ts'
import type { PracticeBankSettings } from '../options.ts'

/** What an authorization code stands for until it is exchanged. */
export interface IssuedCode {
  readonly request: AuthorizationRequest
  readonly iban: string
  readonly issuedAt: number
}

export type Codes = ReturnType<typeof createCodes>

const codesKept = 100_000

/** Makes the bank's memory of authorization codes: single use, short-lived (RFC 6749 §4.1.2). */
export function createCodes(settings: PracticeBankSettings, now: () => number) {
  const codes = new Map<string, IssuedCode>()

  function issue(request: AuthorizationRequest, iban: string): string {
    const code = opaque(opaqueLength.code)
    codes.set(code, { request, iban, issuedAt: now() })
    if (codes.size > codesKept) codes.delete(codes.keys().next().value ?? '')
    return code
  }

  // Spent by any attempt, a failed one too: the stricter reading of single use.
  function spend(code: string): IssuedCode | undefined {
    const issued = codes.get(code)
    codes.delete(code)
    return issued !== undefined && now() < issued.issuedAt + settings.codeTtlMs ? issued : undefined
  }

  return { issue, spend }
}
