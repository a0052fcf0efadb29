import { once } from 'node:events'
import { createReleasers, type Releasers } from '../releasers.ts'
import type { StartedAnswer } from './api.ts'
import { type Arguments, helpText, readArguments, UsageError } from './arguments.ts'
import { guide } from './guide.ts'
import {
  createProgress,
  isOfWhatWasKept,
  type Progress,
  plural,
  print,
  seconds,
  sentencesOf,
} from './progress.ts'
import { watchSignals } from './signals.ts'
import { type Run, startEverything } from './start.ts'
import { SCOPES, type Walked, walk } from './walk.ts'

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const
const ANSWER_WITHIN_MS = 20_000

// Whoever reads our output may go before us, as `| head` does: what runs goes on.
process.stdout.on('error', () => {})
process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const args = readArguments(process.argv.slice(2), process.env)
    if (!args.help) return await runDemo(args)
    print(helpText())
    return EXIT.done
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message} What there is: npm run demo -- --help`)
    return EXIT.usage
  }
}

async function runDemo(args: Arguments): Promise<number> {
  const stopping = watchSignals()
  const releasers = createReleasers()
  const run = { args, stopping, progress: createProgress(stopping), fetchPage: boundedFetch(stopping) }
  const code = await attempt(run, releasers)
  const isClean = await stopEverything(run, releasers)
  return isClean ? code : EXIT.failed
}

async function attempt(run: Run, releasers: Releasers): Promise<number> {
  const { args, stopping } = run
  try {
    await demonstrate(run, releasers)
    return EXIT.done
  } catch (error) {
    // What fails once a person stopped it, failed because of that.
    if (stopping.aborted) return args.once ? EXIT.interrupted : EXIT.done
    console.error(`\n${args.verbose && error instanceof Error ? error.stack : sentencesOf(error)}`)
    if (isOfWhatWasKept(error)) console.error(`To begin anew, without what was kept, delete ${args.folder}.`)
    return EXIT.failed
  }
}

async function demonstrate(run: Run, releasers: Releasers): Promise<void> {
  const { args, progress, stopping } = run
  const startedAt = performance.now()
  progress.title('token-broker demo')
  const { kept, api } = await startEverything(run, releasers)
  progress.title('One consent, walked over HTTP')
  const walked = await walk(run, api.ledger)
  if (args.once) return summarize(progress, walked, performance.now() - startedAt)
  const fresh = await api.ledger<StartedAnswer>('POST /v1/consents', { scopes: SCOPES })
  print(guide({ args, keys: kept.keys, walked, fresh }))
  if (!stopping.aborted) await once(stopping, 'abort')
}

function summarize(progress: Progress, { consent, presentations }: Walked, tookMs: number): void {
  progress.title(`The walk went well: ${progress.done()} steps in ${seconds(tookMs)}`)
  print(`  consent ${consent.id}, active, account ${consent.account}`)
  print('  its token was rotated by the refresher while the old one was still alive')
  print(`  ${plural(presentations, 'refresh token')} presented to the bank, none of them twice`)
}

async function stopEverything({ progress, stopping }: Run, releasers: Releasers): Promise<boolean> {
  const startedAt = performance.now()
  if (stopping.aborted) progress.title('Stopping: the broker settles what it holds, then the rest ends')
  try {
    await releasers.releaseAll()
    if (stopping.aborted) print(`Stopped in ${seconds(performance.now() - startedAt)}.`)
    return true
  } catch (error) {
    const failures = error instanceof AggregateError ? error.errors : [error]
    console.error(`Not everything could be stopped: ${failures.map(sentencesOf).join('; ')}`)
    return false
  }
}

function boundedFetch(stopping: AbortSignal): typeof fetch {
  return (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]) })
}
