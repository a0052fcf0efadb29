import { UnusableAnswerError } from './answer-file.ts'
import type { ExchangedPair } from './authorization-store.ts'
import { unreadableBinding } from './bindings.ts'
import type { NewPair } from './consent-store.ts'
import { TryLaterError } from './errors.ts'
import { type OpenedPair, openPair, sealPair } from './pair.ts'
import type { Ports } from './ports.ts'
import type { Renewals } from './renewals.ts'
import type { BankAnswer } from './spool.ts'
import type { PairId } from './tokens.ts'
import { judgeUnplaced } from './unplaced.ts'
import { VaultError } from './vault.ts'

/** `overtaken`: a newer pair stands there. `revoked`: so is this pair, at the bank, where that can be done. */
export type ReplayResult = 'saved' | 'overtaken' | 'revoked'

type Answer<K extends BankAnswer['kind']> = Extract<BankAnswer, { kind: K }>

/**
 * Makes the function that saves a spooled answer by the conditions of its first save; saved before, it changes
 * nothing. It raises UnusableAnswerError for what this database can't take, and TryLaterError.
 */
export function createReplayAnswer(ports: Ports, { learnAccount }: Pick<Renewals, 'learnAccount'>) {
  const { authorizations, bank, consents, tokens, vault } = ports

  async function replayRotation({ attempt, pair, accountOpen }: Answer<'rotation'>): Promise<ReplayResult> {
    const id = { ...attempt, version: attempt.version + 1 }
    const { resealed, opened } = await reseal(id, pair)
    const result = await tokens.settleSpooled(attempt, resealed)
    if (result !== 'settled') return conclude(id, opened)
    if (accountOpen) learnAccount(id, opened.accessToken)
    return 'saved'
  }

  async function replayExchange({ exchanged }: Answer<'exchange'>): Promise<ReplayResult> {
    const { exchange, pair } = exchanged
    const id = { ...exchange, version: 1 }
    const { resealed, opened } = await reseal(id, pair)
    const isFirst = exchange.kind === 'first'
    const save = isFirst ? authorizations.saveFirst : stageUnlessTaken
    const saved = await save({ ...exchanged, pair: resealed })
    if (saved === 'gone') return conclude(id, opened)
    if (isFirst) learnAccount(id, opened.accessToken)
    return 'saved'
  }

  /** One that was adopted before its file could be removed must not be checked once more. */
  async function stageUnlessTaken(exchanged: ExchangedPair) {
    const { consentId, chain } = exchanged.exchange
    const record = await consents.find(consentId)
    return (record?.tokens?.chain ?? 0) >= chain ? 'gone' : authorizations.stage(exchanged)
  }

  async function replayUnreadable(answer: Answer<'unreadable'>): Promise<ReplayResult> {
    const { attempt, reason, unreadableAnswer } = answer
    const binding = unreadableBinding(attempt)
    const resealed = await vault.seal(await vault.open(unreadableAnswer, binding), binding)
    const result = await tokens.parkSpooled(attempt, reason, resealed)
    return result === 'recorded' ? 'saved' : conclude(attempt, null)
  }

  /** The answer has no place any more: revoked, overtaken, or this is not the database it was meant for. */
  async function conclude(id: PairId, pair: OpenedPair | null): Promise<ReplayResult> {
    const why = await judgeUnplaced(ports, id)
    if (why === 'unknown_consent' || why === 'database_behind') throw new UnusableAnswerError(why)
    if (why === 'revoked' && pair !== null && pair.refreshToken.reveal() !== '')
      await bank.revoke(pair.refreshToken)
    return why
  }

  /** Under the key that seals now: a key that a re-keying has freed must not come back into a row. */
  async function reseal(id: PairId, pair: NewPair): Promise<{ resealed: NewPair; opened: OpenedPair }> {
    const opened = await openPair(ports, id, pair)
    return { resealed: { ...pair, ...(await sealPair(ports, id, opened)) }, opened }
  }

  return async (answer: BankAnswer): Promise<ReplayResult> => {
    try {
      if (answer.kind === 'rotation') return await replayRotation(answer)
      if (answer.kind === 'exchange') return await replayExchange(answer)
      if (answer.kind === 'unreadable') return await replayUnreadable(answer)
      throw new UnusableAnswerError('exchange_unreadable')
    } catch (error) {
      if (error instanceof VaultError) throw new UnusableAnswerError(error.code, error)
      if (error instanceof UnusableAnswerError || error instanceof TryLaterError) throw error
      throw new UnusableAnswerError('not_savable', error)
    }
  }
}
