import { hash } from 'node:crypto'
import type { Caller } from '../core/caller.ts'
import type { Clock } from '../core/clock.ts'
import type { Recognition, RecognizeCaller } from '../core/recognition.ts'
import type { KeySource } from './key-source.ts'
import { isVerified, type JwtRules, verifyJwt } from './verify-jwt.ts'

export interface JwtCallersOptions {
  readonly rules: JwtRules
  readonly keys: KeySource
  readonly clock: Pick<Clock, 'now'>
  /** How many verified tokens are remembered; those used least recently are forgotten first. */
  readonly mostKnown?: number
}

interface Known {
  readonly caller: Caller
  readonly endsAtMs: number
  readonly generation: number
}

const MOST_KNOWN = 10_000

/** The beginning of `{"` and three parts, or five of an encrypted one; no key of `npm run caller:new` looks so. */
export function isJwtShaped(bearerToken: string): boolean {
  return /^ey[\w-]+(\.[\w-]*){2,4}$/.test(bearerToken)
}

/**
 * Recognises callers by the JWTs of an identity provider. A token that was verified is known by its SHA-256 until it
 * ends, or until the provider's keys change; then its signature is checked again.
 */
export function createJwtCallers(options: JwtCallersOptions): RecognizeCaller {
  const { rules, keys, clock, mostKnown = MOST_KNOWN } = options
  const known = new Map<string, Known>()
  const pending = new Map<string, Promise<Recognition>>()

  function recall(digest: string): Caller | null {
    const found = known.get(digest)
    if (found === undefined) return null
    known.delete(digest)
    if (found.generation !== keys.generation() || found.endsAtMs <= clock.now().getTime()) return null
    known.set(digest, found)
    return found.caller
  }

  function remember(digest: string, found: Known): void {
    known.set(digest, found)
    for (const oldest of known.keys()) {
      if (known.size <= mostKnown) break
      known.delete(oldest)
    }
  }

  async function verify(token: string, digest: string): Promise<Recognition> {
    // Keys that change meanwhile make it an older one's.
    const generation = keys.generation()
    const result = await verifyJwt(token, { rules, keys, now: clock.now() })
    if (!isVerified(result)) return result
    const { caller, endsAtMs } = result
    if (generation !== null) remember(digest, { caller, endsAtMs, generation })
    return caller
  }

  return (token) => {
    const digest = hash('sha256', token, 'base64url')
    const found = recall(digest) ?? pending.get(digest)
    if (found !== undefined) return found
    const verifying = verify(token, digest).finally(() => pending.delete(digest))
    pending.set(digest, verifying)
    return verifying
  }
}
