import { systemClock } from './clock.ts'
import { runCommand } from './command.ts'
import { readSome } from './config.ts'
import { OperatorError } from './core/errors.ts'
import { type RekeyResult, rekey, type TableProgress } from './core/rekey.ts'
import {
  assertRingOpens,
  checkSchema,
  createSealedTables,
  type Database,
  forgetOtherKeys,
  isKeyInUse,
  openDatabase,
} from './store/index.ts'
import { createVault, type KeyRing, keyChecks, readKeyRing, sealedPrefix } from './vault/index.ts'

const PROGRESS_EVERY_MS = 1_000
const QUERY_TIMEOUT_MS = 60_000
const MOST_SHOWN = 20

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true))

await runCommand(main, 'what was re-sealed stays so, and the next run goes on.')

async function main(): Promise<void> {
  const { DATABASE_URL: url, ENCRYPTION_KEYS_FILE: keysFile } = readSome(
    process.env,
    'DATABASE_URL',
    'ENCRYPTION_KEYS_FILE',
  )
  const ring = readKeyRing(keysFile)
  const db = openDatabase({ url, maxConnections: 2, queryTimeoutMs: QUERY_TIMEOUT_MS, onError: () => {} })
  try {
    await assertReady(db, ring)
    await tell(db, ring, await run(db, ring))
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
    onProgress: createProgress(),
    isInterrupted: () => interrupted,
  })
}

function createProgress() {
  let shownAtMs = systemClock.monotonicMs()
  return ({ table, seen, rows, resealed }: TableProgress) => {
    const nowMs = systemClock.monotonicMs()
    if (nowMs - shownAtMs < PROGRESS_EVERY_MS) return
    shownAtMs = nowMs
    const of = rows === null ? '' : ` of about ${Math.max(rows, seen)}`
    console.log(`  … ${table}: ${seen}${of} rows looked at, ${resealed} re-sealed`)
  }
}

async function tell(db: Database, ring: KeyRing, result: RekeyResult): Promise<void> {
  for (const [table, count] of Object.entries(result.resealed)) console.log(`${table}: ${count} re-sealed`)
  if (result.outcome === 'complete') return tellComplete(db, ring)
  for (const { table, consentId, field, problem } of result.unreadable.slice(0, MOST_SHOWN)) {
    console.error(`${table}: the ${field} of consent ${consentId} stays as it is. ${problem}`)
  }
  console.error(ENDINGS[result.outcome])
  process.exitCode = 1
}

const ENDINGS: Record<Exclude<RekeyResult['outcome'], 'complete'>, string> = {
  interrupted: 'Interrupted: run this again to go on. Keep every key in the ring until then.',
  unreadable:
    'Not everything could be opened: keep every key in the ring, and mend or delete the rows named above.',
  still_sealing:
    'Something still seals under another key: a replica runs whose ring has the old key in front. Roll all replicas, and run this again.',
}

async function tellComplete(db: Database, ring: KeyRing): Promise<void> {
  const [sealing, ...others] = ring.keys
  await forgetOtherKeys(db, sealing.kid)
  console.log(`Nothing is sealed under another key than "${sealing.kid}": 0 rows left.`)
  if (others.length === 0) return
  const kids = others.map(({ kid }) => `"${kid}"`).join(', ')
  console.log(`These keys may now leave ENCRYPTION_KEYS_FILE, on all replicas: ${kids}.`)
}
