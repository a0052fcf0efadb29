import { isUnrecognized, type RecognizeCaller } from '../../../src/core/recognition.ts'
import { AUDIENCE, ISSUER } from './tokens.ts'

/** The rules that a test starts from. */
export const RULES = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256', 'EdDSA'],
  idClaim: 'sub',
  permissionsClaim: 'scope',
  toleranceMs: 10_000,
  maxTokenAgeMs: null,
}

export async function show(recognize: RecognizeCaller, token: string): Promise<string> {
  try {
    const found = await recognize(token)
    return isUnrecognized(found) ? found.refusal : found.id
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as { retryAfterSeconds: number }).retryAfterSeconds}`
  }
}
