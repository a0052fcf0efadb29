import { TokenBrokerError } from './errors.ts'
import type { AccessToken } from './types.ts'

/** What is asked of the broker: `POST /v1/consents/{id}/token`. */
export interface Asked {
  readonly min_validity?: number
  readonly rejected_token?: string
}

export interface TokenOptions {
  readonly ask: (consentId: string, asked: Asked) => Promise<AccessToken>
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number
  readonly maxEntries: number
  /** How long a token is kept at most: so long a consent that was ended goes on here. */
  readonly keepForMs: number
}

interface Entry {
  /** Null while only the rejection is known. */
  readonly token: string | null
  readonly keepUntilMs: number
  readonly endsAtMs: number
  /** What the bank answered 401 to last: never taken in again, whichever answer is late. */
  readonly rejected: string | null
}

export interface Tokens {
  get(consentId: string, minValiditySeconds: number): Promise<string>
  /** Gets another one in the place of a token that the bank answered 401 to. */
  replace(consentId: string, rejected: string): Promise<string>
}

/** Remembers tokens, the ones used last, and asks once for all who want the same at once. */
export function createTokens({ ask, now, maxEntries, keepForMs }: TokenOptions): Tokens {
  const entries = new Map<string, Entry>()
  const flights = new Map<string, Promise<string>>()

  function known(consentId: string, minValiditySeconds: number): string | null {
    const entry = entries.get(consentId)
    if (entry === undefined || entry.token === null) return null
    const leftMs = entry.endsAtMs - now()
    if (leftMs <= 0 || leftMs < minValiditySeconds * 1000 || entry.keepUntilMs <= now()) return null
    put(consentId, entry)
    return entry.token
  }

  function put(consentId: string, entry: Entry): void {
    entries.delete(consentId)
    entries.set(consentId, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break
      entries.delete(oldest)
    }
  }

  function share(consentId: string, asked: Asked): Promise<string> {
    const key = JSON.stringify([consentId, asked])
    const current = flights.get(key)
    if (current !== undefined) return current
    const flight = fetchToken(consentId, asked).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }

  /** Its time counts from before it was asked for, whatever the clocks of both sides say. */
  async function fetchToken(consentId: string, asked: Asked): Promise<string> {
    const sentAtMs = now()
    const { access_token: token, expires_in: seconds } = assertToken(await ask(consentId, asked))
    const rejected = entries.get(consentId)?.rejected ?? null
    if (token !== rejected) {
      const endsAtMs = sentAtMs + seconds * 1000
      put(consentId, { token, endsAtMs, keepUntilMs: sentAtMs + keepForMs, rejected })
    }
    return token
  }

  async function get(consentId: string, minValiditySeconds: number): Promise<string> {
    return (
      known(consentId, minValiditySeconds) ?? (await share(consentId, { min_validity: minValiditySeconds }))
    )
  }

  async function replace(consentId: string, rejected: string): Promise<string> {
    const newer = known(consentId, 0)
    if (newer !== null && newer !== rejected) return newer
    put(consentId, { token: null, endsAtMs: 0, keepUntilMs: 0, rejected })
    return share(consentId, { rejected_token: rejected })
  }

  return { get, replace }
}

/** What is no token would go to the bank as one, and what lives for no known time would be remembered for ever. */
function assertToken(answer: AccessToken | null | undefined): AccessToken {
  const isToken = typeof answer?.access_token === 'string' && Number.isFinite(answer.expires_in)
  if (isToken) return answer
  throw new TokenBrokerError('unexpected_answer', 'It holds no access token: is this the broker?', {
    status: 200,
  })
}
