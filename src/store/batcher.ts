import { AsyncLocalStorage } from 'node:async_hooks'

interface Waiting<I, O> {
  readonly input: I
  readonly resolve: (output: O) => void
  readonly reject: (error: unknown) => void
  /** Runs something as if it were called from where the input came from. */
  readonly within: <T>(work: () => T) => T
}

export interface BatcherOptions {
  /** Tells whether an error may be one input's own: then each is run alone, and gets its own. */
  readonly failsAlone: (error: unknown) => boolean
}

const MAX_BATCH = 200
const MAX_AT_ONCE = 2

/** Gathers calls while a statement is under way and runs them as one; outputs are in the order of inputs. */
export function createBatcher<I, O>(
  runAll: (inputs: readonly I[]) => Promise<O[]>,
  { failsAlone }: BatcherOptions,
): (input: I) => Promise<O> {
  let waiting: Waiting<I, O>[] = []
  let running = 0

  async function runNext(): Promise<void> {
    if (running >= MAX_AT_ONCE || waiting.length === 0) return
    const batch = waiting.slice(0, MAX_BATCH)
    waiting = waiting.slice(MAX_BATCH)
    running += 1
    await runBatch(batch)
    running -= 1
    void runNext()
  }

  async function runBatch(batch: readonly Waiting<I, O>[]): Promise<void> {
    try {
      // Else each statement would be traced as part of what set the batcher going.
      const run = () => runAll(batch.map(({ input }) => input))
      const outputs = await (batch[0]?.within(run) ?? run())
      for (const [index, { resolve }] of batch.entries()) resolve(outputs[index] as O)
    } catch (error) {
      await fail(batch, error)
    }
  }

  async function fail(batch: readonly Waiting<I, O>[], error: unknown): Promise<void> {
    if (batch.length > 1 && failsAlone(error)) return runEach(batch)
    for (const { reject } of batch) reject(error)
  }

  async function runEach(batch: readonly Waiting<I, O>[]): Promise<void> {
    for (const one of batch) await runBatch([one])
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject, within: AsyncLocalStorage.snapshot() })
      queueMicrotask(() => void runNext())
    })
}
