import type { Answers } from './answers.ts'
import type { TokenOutcome } from './bank.ts'
import { unreadableBinding } from './bindings.ts'
import type { NewPair } from './consent-store.ts'
import { type FreshPair, receivePair } from './pair.ts'
import { createPersist } from './persist.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Renewals } from './renewals.ts'
import type { Rotation } from './rotation.ts'
import { sameScopes } from './same-scopes.ts'
import type { Secret } from './secret.ts'
import type { BankAnswer } from './spool.ts'
import type { Claim, RotationAttempt, SettleResult } from './token-store.ts'
import type { BankTokens, PairId } from './tokens.ts'
import { judgeUnplaced } from './unplaced.ts'
import { withinMs } from './within.ts'

type Uncertain = Extract<TokenOutcome, { kind: 'uncertain' }>

export interface Settler {
  settle(claim: Claim, refreshToken: Secret, tokens: BankTokens): Promise<Rotation>
  refuse(claim: Claim, reason: string): Promise<Rotation>
  park(claim: Claim, outcome: Uncertain): Promise<Rotation>
  /** Tries until the database has taken it: what the bank told us is never dropped for its sake. */
  persist<T>(consentId: string, write: () => Promise<T>): Promise<T>
  /**
   * Drops an answer that no row took, or keeps it where this database is the wrong one. Revoked while the bank
   * answered: the pair must not live on there. Overtaken: its grant may be the one in use.
   */
  dropOrKeep(answer: BankAnswer, id: PairId, refreshToken: Secret | null): Promise<void>
  unsaved(consentId: string): FreshPair | null
  idle(): Promise<void>
}

const POSTPONED_BY_UNCERTAINTY_MS = 60_000

interface SettlerParts {
  readonly learnAccount: Renewals['learnAccount']
  readonly answers: Pick<Answers, 'save' | 'setAside'>
}

/** Writes down what the bank answered, whatever state the database is in (DESIGN 4.1 and 4.5). */
export function createSettler(
  ports: Ports,
  settings: Pick<CoreSettings, 'refreshTimes' | 'salvageWaitMs'>,
  { learnAccount, answers }: SettlerParts,
): Settler {
  const persist = createPersist(ports, settings)
  const unsaved = new Map<string, FreshPair>()
  const inProgress = new Set<Promise<unknown>>()

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
        times: settings.refreshTimes,
      }),
    )
    unsaved.set(consentId, fresh)
    const save = track(consentId, fresh, saveOrDrop(claim, sealed, tokens))
    const result = await withinMs(ports.clock, save, HAND_OUT_BEFORE_SAVED_MS)
    // Overtaken or revoked: what counts now stands in the row.
    const standing = result === undefined || result === null || result === 'settled'
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

  /** Null where the process ends with the answer in the spool. */
  async function saveOrDrop(claim: Claim, pair: NewPair, tokens: BankTokens): Promise<SettleResult | null> {
    const { accountOpen } = claim
    const answer = { kind: 'rotation', attempt: attemptOf(claim), pair, accountOpen } as const
    const result = await answers.save(answer, () => claim.settle(pair))
    if (result === null) return null
    if (result === 'settled') {
      if (accountOpen || isOtherScope(claim, tokens)) learnAccount(claim, tokens.accessToken)
      return result
    }
    const { consentId, chain, version } = claim
    await dropOrKeep(answer, { consentId, chain, version: version + 1 }, tokens.refreshToken)
    return result
  }

  async function dropOrKeep(answer: BankAnswer, id: PairId, refreshToken: Secret | null): Promise<void> {
    const { consentId, chain } = id
    const why = await persist(consentId, () => judgeUnplaced(ports, id))
    if (why !== 'revoked' && why !== 'overtaken') return answers.setAside(answer, why)
    const isToRevoke = why === 'revoked' && refreshToken !== null
    const atBank = isToRevoke ? await ports.bank.revoke(refreshToken) : 'left'
    ports.log.warn({ consentId, chain, why, atBank }, 'answer dropped: the consent moved on')
  }

  async function refuse(claim: Claim, reason: string): Promise<Rotation> {
    const result = await persist(claim.consentId, () => claim.refuse(reason))
    if (result === 'recorded') return { kind: 'refused' }
    return result === 'not_mine'
      ? { kind: 'not_claimed' }
      : { kind: 'postponed', retryAfterMs: POSTPONED_BY_UNCERTAINTY_MS, asked: true }
  }

  async function park(claim: Claim, { reason, unreadableAnswer }: Uncertain): Promise<Rotation> {
    if (unreadableAnswer === undefined) await persist(claim.consentId, () => claim.park(reason, null))
    else await parkWith(claim, reason, unreadableAnswer)
    return { kind: 'postponed', retryAfterMs: POSTPONED_BY_UNCERTAINTY_MS, asked: true }
  }

  async function parkWith(claim: Claim, reason: string, answer: Secret): Promise<void> {
    const attempt = attemptOf(claim)
    const unreadableAnswer = await ports.vault.seal(answer, unreadableBinding(attempt))
    await answers.save({ kind: 'unreadable', attempt, reason, unreadableAnswer }, () =>
      claim.park(reason, unreadableAnswer),
    )
  }

  async function idle(): Promise<void> {
    await Promise.allSettled(inProgress)
  }

  return {
    settle,
    refuse,
    park,
    persist,
    dropOrKeep,
    unsaved: (consentId) => unsaved.get(consentId) ?? null,
    idle,
  }
}

/** What the bank grants may have changed: Consent Info tells what it is now. */
function isOtherScope({ scope: former }: Claim, { scope }: BankTokens): boolean {
  if (scope === null || former === null || scope === former) return false
  return !sameScopes(scope.split(' '), former.split(' '))
}

function attemptOf({ consentId, chain, version, attemptId, presentation }: Claim): RotationAttempt {
  return { consentId, chain, version, attemptId, presentation }
}

/** A slow save does not keep callers waiting: the pair is alive, whether it is stored or not. */
const HAND_OUT_BEFORE_SAVED_MS = 500
