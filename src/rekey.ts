import { systemClock } from './clock.ts'
import { createProgress, HELP, heedInterrupts, readWords, runCommand } from './command.ts'
import { readSome } from './config.ts'
import { OperatorError } from './core/errors.ts'
import { type RekeyResult, rekey, type TableProgress } from './core/rekey.ts'
import { type Stored, tellingNeeds } from './keys/needs.ts'
import { countSealedFiles } from './spool/index.ts'
import {
  assertRingOpens,
  checkSchema,
  createSealedTables,
  type Database,
  forgetOtherKeys,
  isKeyInUse,
  openDatabase,
  otherKeysInUse,
} from './store/index.ts'
import { createVault, type KeyRing, keyChecks, readKeyRing, sealedPrefix } from './vault/index.ts'

const USAGE = `Usage: npm run rekey

Re-seals under the first key of ENCRYPTION_KEYS_FILE whatever is sealed under another, in the database that DATABASE_URL
names, while the service runs. May be interrupted and run again.`

const QUERY_TIMEOUT_MS = 60_000
const MOST_SHOWN = 20
/** A service keeps house every five seconds at the latest. */
const REGISTERED_AGAIN_WITHIN_MS = 6_000
const LOOK_EVERY_MS = 500

const ENDINGS: Record<Exclude<RekeyResult['outcome'], 'complete'>, string> = {
  interrupted: 'Interrupted: run this again to go on. Keep every key in the ring until then.',
  unreadable:
    'Not everything could be opened: keep every key in the ring, and mend or delete the rows named above.',
  still_sealing:
    'Something still seals under another key: a replica runs whose ring has the old key in front. Roll all replicas, and run this again.',
}

const isInterrupted = heedInterrupts()

await runCommand(main, 'what was re-sealed stays so, and the next run goes on.')

async function main(): Promise<void> {
  if (readWords({ options: HELP }, USAGE).values.help) return console.log(USAGE)
  const {
    DATABASE_URL: url,
    ENCRYPTION_KEYS_FILE: keysFile,
    SPOOL_DIR: spoolDir,
  } = readSome(process.env, 'DATABASE_URL', 'ENCRYPTION_KEYS_FILE', 'SPOOL_DIR')
  const ring = readKeyRing(keysFile)
  const db = openDatabase({ url, maxConnections: 2, queryTimeoutMs: QUERY_TIMEOUT_MS, onError: () => {} })
  try {
    const stored = { db, spoolDir }
    await tellingNeeds(stored, () => assertReady(db, ring))
    await tell(stored, ring, await run(db, ring))
  } finally {
    await db.destroy()
  }
}

/** A key that no service seals with yet may be unknown to the replicas: what it sealed they could not read. */
async function assertReady(db: Database, ring: KeyRing): Promise<void> {
  const [sealing] = ring.keys
  await checkSchema(db)
  await assertRingOpens(db, keyChecks(ring))
  if (await isKeyInUse(db, sealing.kid)) return
  throw new OperatorError(
    'keys_unusable',
    `No service seals with the key "${sealing.kid}" yet: start all replicas with it at the end of ENCRYPTION_KEYS_FILE, then with it in front, and run this again.`,
  )
}

async function run(db: Database, ring: KeyRing): Promise<RekeyResult> {
  const { kid } = ring.keys[0]
  console.log(`Re-sealing under "${kid}" whatever is sealed under another key.`)
  return rekey({
    vault: createVault(ring),
    clock: systemClock,
    tables: createSealedTables(db, { sealing: { kid, prefix: sealedPrefix(kid) } }),
    onProgress: createProgress(describeProgress),
    isInterrupted,
  })
}

function describeProgress({ table, seen, rows, resealed }: TableProgress): string {
  const of = rows === null ? '' : ` of about ${Math.max(rows, seen)}`
  return `${table}: ${seen}${of} rows looked at, ${resealed} re-sealed`
}

async function tell(stored: Stored, ring: KeyRing, result: RekeyResult): Promise<void> {
  for (const [table, count] of Object.entries(result.resealed)) console.log(`${table}: ${count} re-sealed`)
  if (result.outcome === 'complete') return tellComplete(stored, ring)
  for (const { table, consentId, field, problem } of result.unreadable.slice(0, MOST_SHOWN)) {
    console.error(`${table}: the ${field} of consent ${consentId} stays as it is. ${problem}`)
  }
  console.error(ENDINGS[result.outcome])
  process.exitCode = 1
}

async function tellComplete(stored: Stored, ring: KeyRing): Promise<void> {
  const [sealing, ...others] = ring.keys
  if (await isSealedAgain(stored.db, sealing.kid)) {
    console.error(ENDINGS.still_sealing)
    process.exitCode = 1
    return
  }
  console.log(`Nothing is sealed under another key than "${sealing.kid}": 0 rows left.`)
  const free: string[] = []
  for (const { kid } of others) {
    const files = stored.spoolDir === null ? 0 : await countSealedFiles(stored.spoolDir, sealedPrefix(kid))
    if (files === 0) free.push(`"${kid}"`)
    else console.log(`The key "${kid}" stays: ${files} files of SPOOL_DIR are sealed under it.`)
  }
  if (free.length > 0) {
    console.log(`These keys may now leave ENCRYPTION_KEYS_FILE, on all replicas: ${free.join(', ')}.`)
  }
}

/** Whoever runs with another key in front registers it again when it keeps house, before long. */
async function isSealedAgain(db: Database, kid: string): Promise<boolean> {
  if ((await forgetOtherKeys(db, kid)).length === 0) return false
  const untilMs = systemClock.monotonicMs() + REGISTERED_AGAIN_WITHIN_MS
  while (systemClock.monotonicMs() < untilMs) {
    await systemClock.sleep(LOOK_EVERY_MS)
    if ((await otherKeysInUse(db, kid)).length > 0) return true
  }
  return false
}
