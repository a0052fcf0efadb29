import { styleText } from 'node:util'
import { OperatorError } from '../core/errors.ts'

/** Says what came of a step, in a few words. */
export type Tell = (outcome: string) => void

/** Tells a person what happens. */
export interface Progress {
  title(text: string): void
  /** Something that takes a while has begun. */
  note(text: string): void
  /** Runs a step and prints what came of it; a failure becomes a StepError. */
  step<T>(name: string, run: (tell: Tell) => Promise<T>): Promise<T>
  /** How many steps are done. */
  done(): number
}

/** A step of the demo did not come to its end; `cause` is why. */
export class StepError extends Error {
  readonly step: string

  constructor(step: string, cause: unknown) {
    super(`The step "${step}" failed: ${sentencesOf(cause)}`, { cause })
    this.step = step
    this.name = 'StepError'
  }
}

const KEPT = ['keys_unusable', 'schema_unusable']

/** Tells whether a step failed at the keys or data of earlier runs, so that beginning without them helps. */
export function isOfWhatWasKept(error: unknown): boolean {
  if (!(error instanceof StepError) || !(error.cause instanceof OperatorError)) return false
  return KEPT.includes(error.cause.code)
}

const NAME_WIDTH = 16

/** Prints to standard output; nothing begins any more once `stopping` is aborted. */
export function createProgress(stopping: AbortSignal): Progress {
  let count = 0

  async function step<T>(name: string, run: (tell: Tell) => Promise<T>): Promise<T> {
    stopping.throwIfAborted()
    const startedAt = performance.now()
    let outcome = ''
    try {
      const result = await run((text) => {
        outcome = text
      })
      const took = styled('dim', `(${seconds(performance.now() - startedAt)})`)
      print(`  ${styled('green', '✓')} ${name.padEnd(NAME_WIDTH)} ${outcome} ${took}`)
      count += 1
      return result
    } catch (error) {
      throw new StepError(name, error)
    }
  }

  return {
    title: (text) => print(`\n${styled('bold', text)}`),
    note: (text) => print(styled('dim', `    ${text}`)),
    step,
    done: () => count,
  }
}

/** Prints a line. */
export function print(line: string): void {
  console.log(line)
}

/** Colours a text where a person sees it: not in a pipe, and not under NO_COLOR. */
export function styled(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout })
}

/** Writes a span of time for people. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** Gives an error's message with those of its causes: `fetch failed` alone helps nobody. */
export function sentencesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof StepError || error.cause === undefined) return error.message
  return `${error.message} (${sentencesOf(error.cause)})`
}

/** Counts things in words. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
