import type { TokenOutcome } from './bank.ts'
import type { NewPair } from './consent-store.ts'
import { type FreshPair, receivePair } from './pair.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Renewals } from './renewals.ts'
import type { Rotation } from './rotation.ts'
import type { Secret } from './secret.ts'
import type { Claim, SettleResult } from './token-store.ts'
import { type BankTokens, backoffMs } from './tokens.ts'
import { pairVersion } from './vault.ts'
import { withinMs } from './within.ts'

type Uncertain = Extract<TokenOutcome, { kind: 'uncertain' }>

export interface Settler {
  settle(claim: Claim, refreshToken: Secret, tokens: BankTokens): Promise<Rotation>
  refuse(claim: Claim, reason: string): Promise<Rotation>
  park(claim: Claim, outcome: Uncertain): Promise<Rotation>
  /** Tries until the database has taken it: what the bank told us is never dropped for its sake. */
  persist<T>(consentId: string, write: () => Promise<T>): Promise<T>
  unsaved(consentId: string): FreshPair | null
  idle(): Promise<void>
}

const POSTPONED_BY_UNCERTAINTY_MS = 60_000

/** Writes down what the bank answered, whatever state the database is in (DESIGN 4.1 and 4.5). */
export function createSettler(
  ports: Ports,
  { refreshTimes }: Pick<CoreSettings, 'refreshTimes'>,
  { learnAccount }: Pick<Renewals, 'learnAccount'>,
): Settler {
  const unsaved = new Map<string, FreshPair>()
  const inProgress = new Set<Promise<unknown>>()

  async function persist<T>(consentId: string, write: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await write()
      } catch (err) {
        ports.log.warn({ consentId, err, failures }, 'an answer of the bank is not saved yet')
        await ports.clock.sleep(backoffMs(Math.min(failures, 4), ports.clock.chance()))
      }
    }
  }

  async function settle(claim: Claim, refreshToken: Secret, tokens: BankTokens): Promise<Rotation> {
    const { consentId, chain, version } = claim
    const { fresh, sealed } = await persist(consentId, () =>
      receivePair(ports, {
        id: { consentId, chain, version: version + 1 },
        tokens,
        formerRefreshToken: refreshToken,
        formerScope: claim.scope,
        obtainedAt: claim.attemptStartedAt,
        consentExpiresAt: claim.consentExpiresAt,
        lastAskedAt: claim.lastAskedAt,
        times: refreshTimes,
      }),
    )
    unsaved.set(consentId, fresh)
    const save = track(consentId, fresh, saveOrDrop(claim, sealed, tokens))
    const result = await withinMs(ports.clock, save, HAND_OUT_BEFORE_SAVED_MS)
    // Overtaken or revoked: what counts now stands in the row.
    const standing = result === undefined || result === 'settled'
    return standing ? { kind: 'rotated', pair: fresh } : { kind: 'not_claimed' }
  }

  function track<T>(consentId: string, fresh: FreshPair, saving: Promise<T>): Promise<T> {
    const tracked = saving.finally(() => {
      if (unsaved.get(consentId) === fresh) unsaved.delete(consentId)
      inProgress.delete(tracked)
    })
    inProgress.add(tracked)
    return tracked
  }

  async function saveOrDrop(claim: Claim, pair: NewPair, tokens: BankTokens): Promise<SettleResult> {
    const { consentId } = claim
    const result = await persist(consentId, () => claim.settle(pair))
    if (result === 'settled') {
      if (claim.accountOpen) learnAccount(claim, tokens.accessToken)
      return result
    }
    // Revoked while the bank answered: the pair must not live on there. Overtaken: its grant may be the one in use.
    ports.log.warn({ consentId, result }, 'answer dropped: the consent moved on')
    if (result === 'gone' && tokens.refreshToken !== null) await ports.bank.revoke(tokens.refreshToken)
    return result
  }

  async function refuse(claim: Claim, reason: string): Promise<Rotation> {
    const result = await persist(claim.consentId, () => claim.refuse(reason))
    if (result === 'recorded') return { kind: 'refused' }
    return result === 'not_mine'
      ? { kind: 'not_claimed' }
      : { kind: 'postponed', retryAfterMs: POSTPONED_BY_UNCERTAINTY_MS }
  }

  async function park(claim: Claim, { reason, unreadableAnswer }: Uncertain): Promise<Rotation> {
    const { consentId } = claim
    const binding = { consentId, field: 'unreadable_answer', version: pairVersion(claim) } as const
    const sealed = unreadableAnswer === undefined ? null : await ports.vault.seal(unreadableAnswer, binding)
    await persist(consentId, () => claim.park(reason, sealed))
    return { kind: 'postponed', retryAfterMs: POSTPONED_BY_UNCERTAINTY_MS }
  }

  async function idle(): Promise<void> {
    await Promise.allSettled(inProgress)
  }

  return { settle, refuse, park, persist, unsaved: (consentId) => unsaved.get(consentId) ?? null, idle }
}

/** A slow save does not keep callers waiting: the pair is alive, whether it is stored or not. */
const HAND_OUT_BEFORE_SAVED_MS = 500
