import { readFile } from 'node:fs/promises'
import type { Clock } from './core/clock.ts'
import { OperatorError } from './core/errors.ts'
import type { Log } from './core/ports.ts'
import { createReminder } from './reminder.ts'

export interface FileWatchOptions {
  /** Of the setting, for the log. */
  readonly setting: string
  readonly file: string
  /** What is in use. */
  readonly content: string
  readonly everyMs: number
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly log: Log
  /** Takes what has changed; raises OperatorError, and stays as it was, where it can't be used. */
  readonly use: (content: string) => void
}

const REMIND_MS = 3_600_000

/** Reads the file of a setting; raises OperatorError. */
export async function readSettingFile(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const text = `${setting} cannot be read (${code ?? 'unknown error'}).`
    throw new OperatorError('settings_invalid', text, error)
  }
}

/**
 * Looks at a file again and again until the signal is aborted, by its content: secrets are swapped by links, of which
 * nothing tells. What is half written or wrong is left for the next look, and the former goes on.
 */
export async function watchFile(options: FileWatchOptions, signal: AbortSignal): Promise<void> {
  const { setting, file, everyMs, clock, log, use } = options
  const isWorthSaying = createReminder(REMIND_MS)
  let used = options.content

  async function look(): Promise<void> {
    const found = await readSettingFile(setting, file)
    if (found !== used) {
      use(found)
      used = found
      log.info({ setting }, 'a file has changed, and is used from here on')
    }
    isWorthSaying(null, clock.now())
  }

  function complain(error: unknown): void {
    const [reason, told] =
      error instanceof OperatorError ? [error.message, {}] : ['it could not be looked at', { err: error }]
    if (isWorthSaying(reason, clock.now())) log.error({ setting, reason, ...told }, UNUSABLE)
  }

  while (!signal.aborted) {
    await clock.sleep(everyMs, signal)
    if (!signal.aborted) await look().catch(complain)
  }
}

const UNUSABLE = 'a changed file cannot be used: the former content goes on'
