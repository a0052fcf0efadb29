import { readOptions } from './options.ts'
import { hasPassed, type Part, runPart } from './parts.ts'
import { campaign } from './scenarios/campaign.ts'
import { printExamples, printPart } from './table.ts'

const PARTS: readonly Part[] = [campaign]

/** Runs the campaign and the named scenarios; ends with 1 where anything happened that must not. */
async function run(args: readonly string[]): Promise<boolean> {
  const options = readOptions(args)
  const unknown = options.only.filter((name) => !PARTS.some((part) => part.name === name))
  if (unknown.length > 0)
    throw new Error(`no part ${unknown}; there are ${PARTS.map(({ name }) => name).join(', ')}`)
  console.log(`seed ${options.seed}; npm run test:chaos -- --seed ${options.seed} repeats the schedule`)
  let passed = true
  for (const part of PARTS) {
    if (options.only.length > 0 && !options.only.includes(part.name)) continue
    const result = await runPart(part, options)
    printPart(result)
    printExamples(result.invariants)
    passed &&= hasPassed(result)
  }
  console.log(`\n${passed ? 'the campaign passed' : `the campaign FAILED; seed ${options.seed}`}`)
  return passed
}

process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1
