import { type ParseArgsConfig, parseArgs } from 'node:util'
import { systemClock } from './clock.ts'
import { OperatorError } from './core/errors.ts'
import { isStorageTrouble, refusedLogin } from './store/index.ts'

/** Runs a command; what an operator must mend, or wait for, it tells in a sentence, and ends with exit code 1. */
export async function runCommand(work: () => Promise<void>, afterTrouble: string): Promise<void> {
  try {
    await work()
  } catch (error) {
    const sentence = sentenceFor(error, afterTrouble)
    if (sentence === null) throw error
    process.stderr.write(`${sentence}\n`)
    process.exitCode = 1
  }
}

function sentenceFor(error: unknown, afterTrouble: string): string | null {
  if (error instanceof OperatorError) return error.message
  const trouble = `The database cannot be used at the moment; ${afterTrouble}`
  return refusedLogin(error) ?? (isStorageTrouble(error) ? trouble : null)
}

const PROGRESS_EVERY_MS = 1_000

/** Tells how far a command is, once a second at most. */
export function createProgress<Told extends unknown[]>(describe: (...told: Told) => string) {
  let shownAtMs = systemClock.monotonicMs()
  return (...told: Told): void => {
    const nowMs = systemClock.monotonicMs()
    if (nowMs - shownAtMs < PROGRESS_EVERY_MS) return
    shownAtMs = nowMs
    process.stdout.write(`  … ${describe(...told)}\n`)
  }
}

/** For a command that may be interrupted between two steps: whether it was. A second signal ends it at once. */
export function heedInterrupts(): () => boolean {
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true))
  return () => interrupted
}

/** The option that every command has. */
export const HELP = { help: { type: 'boolean', short: 'h', default: false } } as const

/** Reads the words behind a command; raises OperatorError, with its usage, for those it does not know. */
export function readWords<Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs(config)
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.(?:\s|$)/)
    throw new OperatorError('settings_invalid', `${sentence}.\n\n${usage}`)
  }
}
