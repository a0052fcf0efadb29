import { type Options, readOptions } from './options.ts'
import { hasPassed, type Part, type PartResult, runPart } from './parts.ts'
import { campaign } from './scenarios/campaign.ts'
import { failover } from './scenarios/failover.ts'
import { halfOpen } from './scenarios/half-open.ts'
import { lostAcknowledgements } from './scenarios/lost-acknowledgements.ts'
import { restored } from './scenarios/restored.ts'
import { printExamples, printPart } from './table.ts'

const PARTS: readonly Part[] = [campaign, restored, failover, halfOpen, lostAcknowledgements]

/** Runs the campaign and the named scenarios; ends with 1 where anything happened that must not. */
async function run(args: readonly string[]): Promise<boolean> {
  const options = readOptions(args)
  const unknown = options.only.filter((name) => !PARTS.some((part) => part.name === name))
  if (unknown.length > 0)
    throw new Error(`no part ${unknown}; there are ${PARTS.map(({ name }) => name).join(', ')}`)
  console.log(`seed ${options.seed}; npm run test:chaos -- --seed ${options.seed} repeats the schedule`)
  const parts = PARTS.filter(({ name }) => options.only.length === 0 || options.only.includes(name))
  const results = await runSideBySide(parts, options)
  const passed = results.every(hasPassed)
  console.log(`\n${passed ? 'the campaign passed' : `the campaign FAILED; seed ${options.seed}`}`)
  return passed
}

/** Each lane takes the next part when it is done with one. */
async function runSideBySide(parts: readonly Part[], options: Options): Promise<PartResult[]> {
  const waiting = [...parts]
  const results: PartResult[] = []
  const lane = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const result = await runPart(part, options)
      results.push(result)
      printPart(result)
      printExamples(result.invariants)
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: options.lanes }, lane))
  // Only now: the other lanes' processes have been ended by then.
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason
  return results
}

process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1
