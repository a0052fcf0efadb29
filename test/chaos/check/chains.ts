import type { Presentation } from '../../../src/practice-bank/index.ts'
import type { Consent } from '../support/consents.ts'
import type { World } from '../support/world.ts'
import { type Row, readRows } from './rows.ts'

/** One consent: what the bank saw of it, and what the brokers know of it. */
export interface Chain {
  readonly consent: Consent
  readonly presentations: readonly Presentation[]
  /** By refresh token: the presentations that the bank may have evaluated, oldest first. */
  readonly spends: ReadonlyMap<string, readonly Presentation[]>
  readonly row: Row
  /** The refresh token that the bank would roll now. */
  readonly current: string
  /** Whether the bank would still roll it. */
  readonly livesAtBank: boolean
}

/** Lays the bank's ledger and the brokers' rows side by side. */
export async function readChains(world: World): Promise<Chain[]> {
  const rows = await readRows(world)
  const { ledger } = world.bank
  const byGrant = Map.groupBy(ledger.presentations(), ({ grantId }) => grantId)
  return world.consents.map((consent) => {
    const presentations = byGrant.get(consent.grantId) ?? []
    const row = rows.get(consent.id)
    if (row === undefined) throw new Error(`no row of ${consent.id}`)
    return {
      consent,
      presentations,
      spends: Map.groupBy(presentations.filter(isSpend), ({ refreshToken }) => refreshToken),
      row,
      current: ledger.currentRefreshToken(consent.grantId) ?? '',
      livesAtBank: ledger.isLive(consent.grantId),
    }
  })
}

/**
 * Whether a broker must take the token for spent (DESIGN 4.2). A 4xx that the bank did not write itself, or that was
 * garbled, refuses us and not the token.
 */
function isSpend(presentation: Presentation): boolean {
  const { outcome, status } = presentation
  const is4xx = status !== null && status >= 400 && status < 500
  return !is4xx || (outcome !== 'unprocessed' && isAsSent(presentation))
}

/** Whether the pair it was rolled into reached the connection's other end whole. */
export function wasAnswered(presentation: Presentation): boolean {
  return presentation.issued !== null && presentation.status === 200 && isAsSent(presentation)
}

/** Whether no fault put anything in the place of the bank's answer. */
export function isAsSent({ fault }: Presentation): boolean {
  return fault === null || fault === 'delay'
}

/** Whether the brokers were seen to know a refresh token: they presented it, or it stands in the row. */
export function isKnown({ spends, presentations, row }: Chain, refreshToken: string): boolean {
  if (spends.has(refreshToken) || row.refreshToken === refreshToken) return true
  return presentations.some((one) => one.refreshToken === refreshToken)
}
