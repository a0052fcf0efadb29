import type { Grants, TokenPair } from './oauth/grants.ts'

/** What came of a presentation; `unprocessed` where a fault answered in the bank's place. */
export type PresentationOutcome = 'rotated' | 'grace' | 'refused' | 'unprocessed'

/** One arrival of a refresh token at the token endpoint. */
export interface Presentation {
  readonly refreshToken: string
  readonly grantId: string | null
  readonly presentedAt: number
  /** Presentations of this token in flight at its arrival, itself among them: above 1 is an overlap. */
  readonly inFlight: number
  /** When its answer was written or its connection ended. */
  endedAt: number | null
  outcome: PresentationOutcome
  /** The kind of fault it met. */
  fault: string | null
  /** The pair it was rolled into, whether or not the answer got through. */
  issued: TokenPair | null
  /** The status written out in full; null while none is, and where the connection ended before. */
  status: number | null
  /** The `from` in the query of the URL it was sent to, by which a test tells its clients apart. */
  readonly from: string | null
}

/** One arrival of an authorization code at the token endpoint. */
export interface CodePresentation {
  readonly code: string
  readonly presentedAt: number
  readonly outcome: 'exchanged' | 'refused'
}

/** What is counted whether or not presentations are kept. */
export interface LedgerTotals {
  presented: number
  rotated: number
  grace: number
  refused: number
  overlaps: number
  codesPresented: number
}

/** The bank's exact record of the refresh tokens and codes it was shown. */
export interface Ledger {
  /** Lists every presentation in the order of arrival; empty with `ledger: 'off'`, as below. */
  presentations(): readonly Presentation[]
  /** Lists the presentations of one refresh token. */
  presentationsOf(refreshToken: string): Presentation[]
  /** Lists the refresh tokens that were presented more often than this. */
  presentedMoreThan(times: number): string[]
  /** Lists the presentations that began while another of the same token was in flight. */
  overlaps(): Presentation[]
  /** Counts all presentations. */
  count(): number
  /** Sums up; works with `ledger: 'off'` too. */
  totals(): Readonly<LedgerTotals>
  /** Tells the one refresh token of a grant that the bank would roll now. */
  currentRefreshToken(grantId: string): string | undefined
  /** Tells whether a grant has neither been ended nor come to its end. */
  isLive(grantId: string): boolean
  /** Lists every presentation of an authorization code. */
  codes(): readonly CodePresentation[]
  /** Counts how often a code was presented. */
  codePresentations(code: string): number
  /** Forgets what was recorded; tokens live on. */
  clear(): void
}

export type LedgerBook = ReturnType<typeof createLedger>

interface LedgerParts {
  readonly grants: Grants
  readonly now: () => number
  readonly keep: boolean
}

/** Makes the ledger and the pen that writes in it. */
export function createLedger({ grants, now, keep }: LedgerParts) {
  let presentations: Presentation[] = []
  let codes: CodePresentation[] = []
  let totals = noTotals()
  const inFlight = new Map<string, number>()

  function begin(refreshToken: string, from: string | null = null): Presentation {
    const presentation: Presentation = {
      refreshToken,
      grantId: grants.ofRefreshToken(refreshToken)?.id ?? null,
      presentedAt: now(),
      inFlight: (inFlight.get(refreshToken) ?? 0) + 1,
      endedAt: null,
      outcome: 'unprocessed',
      fault: null,
      issued: null,
      status: null,
      from,
    }
    inFlight.set(refreshToken, presentation.inFlight)
    totals.presented += 1
    if (presentation.inFlight > 1) totals.overlaps += 1
    if (keep) presentations.push(presentation)
    return presentation
  }

  function decide(presentation: Presentation, outcome: Exclude<PresentationOutcome, 'unprocessed'>): void {
    presentation.outcome = outcome
    totals[outcome] += 1
  }

  function end(presentation: Presentation, status: number | null = null): void {
    if (presentation.endedAt !== null) return
    presentation.endedAt = now()
    presentation.status = status
    const left = (inFlight.get(presentation.refreshToken) ?? 1) - 1
    if (left === 0) inFlight.delete(presentation.refreshToken)
    else inFlight.set(presentation.refreshToken, left)
  }

  function noteCode(code: string, outcome: CodePresentation['outcome']): void {
    totals.codesPresented += 1
    if (keep) codes.push({ code, presentedAt: now(), outcome })
  }

  const ledger: Ledger = {
    presentations: () => presentations,
    presentationsOf: (token) => presentations.filter((one) => one.refreshToken === token),
    presentedMoreThan: (times) => presentedMoreThan(presentations, times),
    overlaps: () => presentations.filter((one) => one.inFlight > 1),
    count: () => totals.presented,
    totals: () => ({ ...totals }),
    currentRefreshToken: (grantId) => grants.select({ grantId })[0]?.currentRefreshToken,
    isLive: (grantId) => grants.select({ grantId }).some(grants.isLive),
    codes: () => codes,
    codePresentations: (code) => codes.filter((one) => one.code === code).length,
    clear() {
      presentations = []
      codes = []
      totals = noTotals()
    },
  }

  return { ledger, begin, decide, end, noteCode }
}

function noTotals(): LedgerTotals {
  return { presented: 0, rotated: 0, grace: 0, refused: 0, overlaps: 0, codesPresented: 0 }
}

function presentedMoreThan(presentations: readonly Presentation[], times: number): string[] {
  const counts = new Map<string, number>()
  for (const { refreshToken } of presentations) counts.set(refreshToken, (counts.get(refreshToken) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > times).map(([token]) => token)
}
