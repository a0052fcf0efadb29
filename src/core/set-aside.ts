import { UnusableAnswerError, type UnusableReason } from './answer-file.ts'
import type { Ports } from './ports.ts'
import type { Spool, SpooledFile } from './spool.ts'

/** Keeps what can't be replayed under another name, and says so: it may be all that is left of a chain. */
export interface SetAside {
  put(file: SpooledFile, err: unknown): Promise<void>
  /** Those an earlier process put there. */
  found(count: number): void
  count(): number
}

const TEXTS: Record<UnusableReason, string> = {
  wrong_name: 'its name is not one this broker gives',
  unknown_key: 'its key is not in ENCRYPTION_KEYS_FILE; put the key back, rename the file and restart',
  wrong_place: 'it was written under another name',
  unreadable: 'it is damaged, or sealed with another key of the same id',
  unknown_format: 'another version of the broker wrote it',
  unknown_consent: 'this database does not know its consent',
  database_behind: 'this database is older than the answer, as a restored backup is',
  not_savable: 'it cannot be read, or the database refuses it',
  exchange_unreadable:
    'the bank gave it for a code, and nobody can read it; its tokens may be imported by hand',
}

export function createSetAside(spool: Spool, { log, meter }: Pick<Ports, 'log' | 'meter'>): SetAside {
  let count = 0

  async function put({ file }: SpooledFile, err: unknown): Promise<void> {
    const reason = err instanceof UnusableAnswerError ? err.reason : 'not_savable'
    try {
      const setAsideAs = await spool.setAside(file)
      if (setAsideAs === null) return
      count += 1
      meter.answerSetAside()
      log.error({ file, setAsideAs, reason, err }, `a file of the spool is set aside: ${TEXTS[reason]}`)
    } catch (error) {
      log.error({ file, reason, err: error }, 'a file of the spool can neither be replayed nor set aside')
    }
  }

  return {
    put,
    found: (earlier) => {
      count = earlier
      if (earlier > 0) log.error({ files: earlier }, 'files of the spool were set aside; look after them')
    },
    count: () => count,
  }
}
