import type { Process } from './process.ts'
import { ACCESS_TTL_MS } from './settings.ts'

/** One authorization of a customer: a chain of refresh tokens, of which one is current. */
export interface Grant {
  readonly consentId: string
  readonly name: string
  alive: boolean
  current: string
  former: string | null
  /** How many refresh tokens it has given. */
  given: number
}

export interface GivenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

/** How a call came to its end, as the bank and whoever called it know. */
export type End = 'in_flight' | 'answered' | 'lost' | 'denied' | 'unheard'

/** One refresh token put before the bank. */
export interface Presentation {
  readonly token: string
  readonly grant: Grant
  readonly by: Process
  readonly sentAtMs: number
  /** What the bank made of it; null while it has not looked at it. */
  answer: GivenPair | 'invalid_grant' | null
  end: End
  /** Its place among all ends. */
  endedAs: number
}

export interface BankVariant {
  /** What becomes of a token that is presented again after it was rotated. */
  readonly reuse: 'refused' | 'within_grace' | 'ends_grant'
  /** A new authorization of the customer ends the one before. */
  readonly oneGrant: boolean
}

export interface IssuedAccess {
  readonly consentId: string
  readonly endsAtMs: number
}

/** The ledger of a strict bank: what it gave, what was put before it, and what it still honours. */
export interface Ledger {
  readonly grants: Grant[]
  readonly presentations: Presentation[]
  readonly access: Map<string, IssuedAccess>
  /** How many calls have ended; and the place of the last that proved the bank well. */
  ends: number
  wellAs: number
}

export interface StrictBank extends Ledger {
  begin(consentId: string, nowMs: number): GivenPair & { grant: Grant }
  /** The bank looks at a token, once. */
  process(presentation: Presentation, nowMs: number): GivenPair | 'invalid_grant'
  grantOf(refreshToken: string): Grant
  newestOf(consentId: string): Grant | undefined
}

export function createStrictBank(variant: BankVariant): StrictBank {
  const ledger: Ledger = { grants: [], presentations: [], access: new Map(), ends: 0, wellAs: 0 }
  const { grants } = ledger

  function give(grant: Grant, nowMs: number): GivenPair {
    grant.given += 1
    const number = `${grant.name}.${grant.given}`
    grant.current = `R${number}`
    ledger.access.set(`A${number}`, { consentId: grant.consentId, endsAtMs: nowMs + ACCESS_TTL_MS })
    return { accessToken: `A${number}`, refreshToken: grant.current }
  }

  function begin(consentId: string, nowMs: number) {
    const former = grants.filter((other) => other.consentId === consentId)
    if (variant.oneGrant) for (const grant of former) grant.alive = false
    const name = `${consentId.slice(-2)}.${former.length + 1}`
    const grant: Grant = { consentId, name, alive: true, current: '', former: null, given: 0 }
    grants.push(grant)
    return { grant, ...give(grant, nowMs) }
  }

  function judge({ token, grant }: Presentation, nowMs: number): GivenPair | 'invalid_grant' {
    if (!grant.alive) return 'invalid_grant'
    const inGrace = variant.reuse === 'within_grace' && token === grant.former
    if (token === grant.current || inGrace) {
      grant.former = token
      return give(grant, nowMs)
    }
    if (variant.reuse === 'ends_grant') grant.alive = false
    return 'invalid_grant'
  }

  return Object.assign(ledger, {
    begin,
    process: (presentation: Presentation, nowMs: number) => {
      presentation.answer ??= judge(presentation, nowMs)
      return presentation.answer
    },
    grantOf: (refreshToken: string) => {
      const grant = grants.find(({ name }) => refreshToken.startsWith(`R${name}.`))
      if (grant === undefined) throw new Error(`the bank never gave ${refreshToken}`)
      return grant
    },
    newestOf: (consentId: string) => grants.findLast((grant) => grant.consentId === consentId),
  })
}
