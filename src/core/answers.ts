import { consentIdOf, type UnusableReason } from './answer-file.ts'
import { createPersist } from './persist.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { BankAnswer } from './spool.ts'
import { createSpooling, type Spooling } from './spooling.ts'
import { withinMs } from './within.ts'

export interface AnswerCounts {
  /** Answers whose save has failed, or is late. */
  readonly unsaved: number
  /** Those of them that lie in the spool. */
  readonly spooled: number
  /** Answers that this database had no place for. */
  readonly setAside: number
}

/** Saves the bank's answers, whatever state the database is in (DESIGN 4.5). */
export interface Answers {
  /**
   * Tries until the database has taken it. One whose first save fails, or is late, is spooled meanwhile; resolves
   * null where it was left to the spool, because the process is ending.
   */
  save<T>(answer: BankAnswer, write: () => Promise<T>): Promise<T | null>
  /** Keeps one that has no place in this database, for a person to look after. */
  setAside(answer: BankAnswer, reason: UnusableReason): Promise<void>
  /** The process is ending: what lies in the spool is not waited for much longer. */
  drain(): void
  counts(): AnswerCounts
  /** Resolves when no file of an answer that was saved is left. */
  idle(): Promise<void>
}

/** How late a save must be for its answer to be spooled. */
const LATE_AFTER_MS = 1_000
/** How long a process that ends still tries to save what lies in the spool. */
const LEAVE_AFTER_MS = 3_000
const REMOVAL_LIMIT_MS = 5_000

const NO_PLACE = 'an answer of the bank has no place in this database; is it another, or restored?'
const UNREADABLE = 'what the bank gave for a code cannot be read; its tokens may be imported by hand'

type AnswerPorts = Pick<Ports, 'clock' | 'log' | 'meter' | 'spool' | 'vault'>

/** An answer that the database has not taken at once. */
interface Late {
  readonly spooling: Spooling | null
  readonly saved: AbortSignal
  /** Leaves it to the spool. */
  leave(): void
}

export function createAnswers(ports: AnswerPorts, settings: Pick<CoreSettings, 'salvageWaitMs'>): Answers {
  const { clock, log, meter } = ports
  const persist = createPersist(ports, settings)
  const late = new Set<Late>()
  const spooled = new Set<Late>()
  const removals = new Set<Promise<void>>()
  let draining = false
  let setAsideCount = 0

  async function save<T>(answer: BankAnswer, write: () => Promise<T>): Promise<T | null> {
    const [saved, left] = [new AbortController(), Promise.withResolvers<null>()]
    const leaving = new AbortController()
    const leave = () => {
      leaving.abort()
      left.resolve(null)
    }
    const one: Late = { spooling: createSpooling(ports, answer), saved: saved.signal, leave }
    const { signal } = leaving
    const saving = persist(consentIdOf(answer), write, { onFailure: () => void keep(one), signal })
    void keepIfLate(one, saving)
    try {
      return await Promise.race([saving, left.promise])
    } finally {
      saved.abort()
      end(one, leaving.signal.aborted)
    }
  }

  async function keepIfLate(one: Late, saving: Promise<unknown>): Promise<void> {
    const ended = saving.then(
      () => true,
      () => true,
    )
    if ((await withinMs(clock, ended, LATE_AFTER_MS)) === undefined) await keep(one)
  }

  /** Called again at each failure: a spool that could not be written may be by now. */
  async function keep(one: Late): Promise<void> {
    if (one.saved.aborted || spooled.has(one)) return
    if (!late.has(one)) meter.answers('unsaved', 1)
    late.add(one)
    await one.spooling?.write()
    if (one.spooling?.isWritten() !== true || one.saved.aborted || spooled.has(one)) return
    spooled.add(one)
    meter.answers('spooled', 1)
    if (draining) void leaveSoon(one)
  }

  async function leaveSoon(one: Late): Promise<void> {
    await clock.sleep(LEAVE_AFTER_MS, one.saved)
    if (!one.saved.aborted) one.leave()
  }

  function end(one: Late, left: boolean): void {
    if (late.delete(one)) meter.answers('unsaved', -1)
    if (left) log.warn(one.spooling?.ids ?? {}, 'an answer of the bank is left to the spool')
    else forget(one)
  }

  function forget(one: Late): void {
    if (spooled.delete(one)) meter.answers('spooled', -1)
    const removal: Promise<void> = Promise.resolve(one.spooling?.remove()).finally(() =>
      removals.delete(removal),
    )
    removals.add(removal)
  }

  async function setAside(answer: BankAnswer, reason: UnusableReason): Promise<void> {
    // The file of the save that ended bears the same name.
    await Promise.allSettled(removals)
    const spooling = createSpooling(ports, answer)
    await spooling?.write()
    const setAsideAs = (await spooling?.setAside()) ?? null
    const fields = { consentId: consentIdOf(answer), setAsideAs, reason }
    log.error(fields, reason === 'exchange_unreadable' ? UNREADABLE : NO_PLACE)
    if (setAsideAs === null) return void log.error(fields, 'it could not be kept either, and is lost')
    meter.answerSetAside()
    setAsideCount += 1
  }

  return {
    save,
    setAside,
    drain: () => {
      if (draining) return
      draining = true
      for (const one of spooled) void leaveSoon(one)
    },
    counts: () => ({ unsaved: late.size, spooled: spooled.size, setAside: setAsideCount }),
    idle: async () => {
      await withinMs(clock, Promise.allSettled(removals), REMOVAL_LIMIT_MS)
    },
  }
}
