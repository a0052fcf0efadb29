import type { Clock } from './core/clock.ts'
import { OperatorError, TryLaterError } from './core/errors.ts'
import type { Secret } from './core/secret.ts'
import { backoffMs } from './core/tokens.ts'
import { tellingNeeds } from './keys/needs.ts'
import type { Logger } from './logger.ts'
import {
  assertDurable,
  assertSupported,
  checkSchema,
  type Database,
  describeTrouble,
  isStorageTrouble,
  mayForgetOnFailover,
  migrateToLatest,
  refusedLogin,
  registerKeys,
} from './store/index.ts'
import type { KeyCheck } from './vault/index.ts'

export interface PrepareOptions {
  readonly url: Secret
  readonly migrate: 'auto' | 'check'
  readonly keys: readonly KeyCheck[]
  /** Null where SPOOL_DIR is not set. */
  readonly spoolDir: string | null
  /** Has the clock follow the database's; before anything is written down by it. */
  readonly measureClock: () => Promise<void>
  /** Notices another database than it was, before anything is presented. */
  readonly lookAtGate: () => Promise<void>
  /** Told, as a sentence, what the start waits for. */
  readonly onWait: (reason: string) => void
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Waits for the database, brings or checks its schema, and makes sure the key ring opens what is stored.
 * Raises OperatorError; an unreachable database is waited for, and said so.
 */
export async function prepareDatabase(db: Database, options: PrepareOptions): Promise<void> {
  const { clock, onWait } = options
  const say = createSayWaiting(options)
  for (let failures = 0; ; failures += 1) {
    try {
      return await prepare(db, options)
    } catch (err) {
      if (err instanceof OperatorError) throw err
      const refusal = refusedLogin(err)
      if (refusal !== null) throw new OperatorError('database_unusable', refusal, err)
      if (!isStorageTrouble(err) && !(err instanceof TryLaterError)) throw err
      onWait(describeTrouble(err))
      say(err)
      await clock.sleep(backoffMs(Math.min(failures, 4), clock.chance()))
    }
  }
}

/** At once, and again when something else is the matter, or after twice as long. */
function createSayWaiting({ clock, log }: Pick<PrepareOptions, 'clock' | 'log'>): (err: unknown) => void {
  const begunMs = clock.monotonicMs()
  let said = { reason: '', waitedMs: 0 }
  return (err) => {
    const reason = describeTrouble(err)
    const waitedMs = Math.round(clock.monotonicMs() - begunMs)
    if (reason === said.reason && waitedMs < Math.max(FIRST_SAID_AGAIN_MS, 2 * said.waitedMs)) return
    said = { reason, waitedMs }
    log.warn({ err, reason, waitedMs }, 'the database cannot be used yet; waiting for it')
  }
}

const FIRST_SAID_AGAIN_MS = 5_000

async function prepare(db: Database, options: PrepareOptions): Promise<void> {
  const { url, migrate, keys, clock, log } = options
  await assertSupported(db)
  await assertDurable(db)
  await options.measureClock()
  if (migrate === 'auto') {
    // On connections of its own, where a long migration may take its time.
    const applied = await migrateToLatest(url.reveal())
    if (applied.length > 0) log.info({ applied }, 'migrations applied')
  } else {
    await checkSchema(db)
  }
  await tellingNeeds({ db, spoolDir: options.spoolDir }, () => registerKeys(db, keys, clock.now()))
  await options.lookAtGate()
  await warnOfStandbys(db, log)
}

/** Not refused: many run so, and know it. A token whose spending a failover forgets is lost (DESIGN 4.8, L5). */
async function warnOfStandbys(db: Database, log: Logger): Promise<void> {
  const forgets = await mayForgetOnFailover(db)
  if (forgets === null) log.info({}, 'the standbys of the database cannot be seen')
  else if (forgets) log.warn({}, ASYNCHRONOUS)
}

const ASYNCHRONOUS =
  'the standbys of the database are asynchronous: a failover may forget a commit, and with it a refresh token; set synchronous_standby_names'
