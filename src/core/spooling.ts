import { consentIdOf, fileNameOf, sealAnswer } from './answer-file.ts'
import type { Ports } from './ports.ts'
import type { BankAnswer } from './spool.ts'

/** One answer on its way into the spool, and out of it. */
export interface Spooling {
  readonly ids: { readonly consentId: string; readonly file: string }
  /** Never raises; changes nothing where it is written, or being written. */
  write(): Promise<void>
  isWritten(): boolean
  /** Waits for a write under way; never raises. What stays is replayed once more, and changes nothing then. */
  remove(): Promise<void>
  /** Resolves what it was put aside as, or null; never raises. */
  setAside(): Promise<string | null>
}

/** Null where there is no spool. */
export function createSpooling(
  { spool, vault, log }: Pick<Ports, 'spool' | 'vault' | 'log'>,
  answer: BankAnswer,
): Spooling | null {
  if (spool === null) return null
  const ids = { consentId: consentIdOf(answer), file: fileNameOf(answer) }
  let writing: Promise<void> | null = null
  let isTried = false
  let isWritten = false

  async function writeOnce(): Promise<void> {
    isTried = true
    try {
      await spool?.write(ids.file, await sealAnswer(vault, answer))
      isWritten = true
      log.warn(ids, 'an answer of the bank is spooled')
    } catch (err) {
      writing = null
      log.error({ ...ids, err }, 'an answer of the bank cannot be spooled; it is in memory only')
    }
  }

  return {
    ids,
    write: () => {
      writing ??= writeOnce()
      return writing
    },
    isWritten: () => isWritten,
    setAside: async () => {
      try {
        return isWritten ? await spool.setAside(ids.file) : null
      } catch (err) {
        log.error({ ...ids, err }, 'a spooled answer cannot be set aside; the next start replays it')
        return null
      }
    },
    remove: async () => {
      try {
        await writing
        if (isTried) await spool.remove(ids.file)
      } catch (err) {
        log.error({ ...ids, err }, 'a spooled answer that is saved cannot be removed')
      }
    },
  }
}
