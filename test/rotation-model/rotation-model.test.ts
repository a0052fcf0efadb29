import fc from 'fast-check'
import t from 'tap'
import { createVault, newKeyRing, parseKeyRing } from '../../src/vault/index.ts'
import { openModelDatabase } from './database.ts'
import { heal } from './heal.ts'
import { KNOWN } from './known.ts'
import { newReplica } from './newcomer.ts'
import { perform } from './perform.ts'
import { checkRest } from './rules-of-rows.ts'
import { beginRun, type Setting } from './run.ts'
import { type Step, settings, steps } from './steps.ts'

/**
 * `CHAOS` makes it a campaign, `SEARCH_SECONDS` as long as you like; `SEED` and `SHRINK_PATH`, as a failure prints
 * them, run one sequence again.
 */
const { CHAOS, SEARCH_SECONDS, SEED, SHRINK_PATH } = process.env
const SEARCH_MS = 1_000 * Number(SEARCH_SECONDS ?? (CHAOS === undefined ? 8 : 300))
const SHRINK_MS = 60_000
/** However slow the machine, fewer say nothing. */
const FEWEST_RUNS = 6

t.setTimeout(SEARCH_MS + 2 * SHRINK_MS)
const db = await openModelDatabase(t)
const vault = createVault(parseKeyRing(newKeyRing('model')))

async function runAll(setting: Setting, sequence: readonly Step[]): Promise<void> {
  const run = await beginRun(db, vault, setting)
  for (let place = 0; place < setting.replicas; place += 1) run.replicas.push(newReplica(run, place))
  await checkRest(run)
  for (const step of sequence) {
    await perform(run, step)
    await checkRest(run)
  }
  await heal(run)
}

const property = fc.asyncProperty(settings, steps, runAll)

/** Looks for as long as it may; what it finds it then makes as short as it can. */
async function search() {
  const seed = SEED === undefined ? Date.now() % 2 ** 31 : Number(SEED)
  const path = SHRINK_PATH === undefined ? {} : { path: SHRINK_PATH }
  const limits = { numRuns: 1_000_000, interruptAfterTimeLimit: SEARCH_MS, endOnFailure: true }
  const found = await fc.check(property, { ...limits, seed, ...path, examples: KNOWN })
  if (!found.failed) return found
  const shrinking = {
    seed,
    examples: KNOWN,
    path: found.counterexamplePath ?? '',
    interruptAfterTimeLimit: SHRINK_MS,
  }
  const shrunk = await fc.check(property, shrinking)
  return shrunk.failed ? shrunk : found
}

t.test('no sequence of faults loses a token that need not be lost', async (t) => {
  const result = await search()
  const { numRuns, seed, counterexample, counterexamplePath, errorInstance } = result
  t.comment(`${numRuns} sequences, SEED=${seed} SHRINK_PATH=${counterexamplePath}`)
  if (counterexample !== null) t.comment(JSON.stringify(counterexample))
  t.notOk(result.failed, String(errorInstance ?? 'every sequence ends well'))
  t.ok(result.failed || numRuns >= FEWEST_RUNS, `${numRuns} sequences`)
})
