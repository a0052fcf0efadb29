import { type ClockCheck, createBank, type OpenedBank, profiles, type TlsIdentity } from './bank/index.ts'
import type { Settings } from './config.ts'
import type { Ports } from './core/ports.ts'
import type { RecognizeCaller } from './core/recognition.ts'
import type { Secret } from './core/secret.ts'
import { NO_TRACING, type Tracer } from './core/tracing.ts'
import { readIdentity } from './identity-files.ts'
import { openCallers } from './open-callers.ts'
import { openWebhooks } from './open-webhooks.ts'
import type { Releasers } from './releasers.ts'
import { type OpenedSpool, openSpool } from './spool/index.ts'
import { createStore, type Database, NO_CHANGE_FEED, openDatabase, startChangeFeed } from './store/index.ts'
import type { Surroundings } from './surroundings.ts'
import { createVault, type KeyCheck, keyChecks, readKeyRing } from './vault/index.ts'

export interface Adapters {
  readonly ports: Omit<Ports, 'meter'>
  readonly db: Database
  readonly keys: readonly KeyCheck[]
  readonly recognize: RecognizeCaller
  readonly bank: OpenedBank
  /** As it was read for the start. */
  readonly identity: TlsIdentity
}

const MAX_CONNECTIONS = 20
const MIXED_UP =
  'a pooler mixes up named statements, which are used no more: set DATABASE_NAMED_STATEMENTS=off, or take PgBouncer 1.21 or newer'

/**
 * Opens what stands behind the ports. Raises OperatorError for keys, callers, certificates or a spool folder that
 * can't be used.
 */
export async function createAdapters(
  settings: Settings,
  surroundings: Surroundings & { readonly bankClockCheck?: ClockCheck; readonly tracer?: Tracer },
  releasers: Releasers,
): Promise<Adapters> {
  const { clock, log, tracer = NO_TRACING } = surroundings
  const ring = readKeyRing(settings.encryptionKeysFile)
  const recognize = await openCallers(settings.callers, { clock, log }, releasers)
  const receivers = await openWebhooks(settings.webhooks, { clock, log }, releasers)
  const spool = settings.spoolDir === null ? null : await openSpool(settings.spoolDir)
  warnOfSpool(spool, log)
  const db = openDatabase({
    url: settings.database.url,
    maxConnections: MAX_CONNECTIONS,
    onError: (err) => log.warn({ err }, 'idle database connection lost'),
    ...(settings.database.namedStatements && { naming: { onMixedUp: (err) => log.warn({ err }, MIXED_UP) } }),
    tracer,
  })
  releasers.add(() => db.destroy())
  const keys = keyChecks(ring)
  const { stop, ...store } = createStore(db, clock, keys[0])
  releasers.add(stop)
  const clockCheck = surroundings.bankClockCheck
  const identity = await readIdentity(settings.bank.tls)
  const bank = createBank({ ...bankOptions(settings), tls: identity, now: clock.now, clockCheck, tracer })
  releasers.add(() => bank.close())
  const ports = {
    ...store,
    bank,
    changes: listen(settings, surroundings, releasers),
    receivers,
    vault: createVault(ring),
    spool,
    clock,
    log,
    tracer,
  }
  return { ports, db, keys, recognize, bank, identity }
}

function warnOfSpool(spool: OpenedSpool | null, log: Surroundings['log']): void {
  if (spool === null) {
    log.warn('SPOOL_DIR is not set: an answer that the database cannot take dies with the process')
  } else if (spool.isInMemory) {
    log.warn('SPOOL_DIR is in memory (tmpfs): what is spooled there dies with the machine; name a volume')
  }
}

function listen(settings: Settings, surroundings: Surroundings, releasers: Releasers) {
  if (!settings.tokenCache) return NO_CHANGE_FEED
  const feed = startChangeFeed({ ...surroundings, url: listenUrl(settings) })
  releasers.add(() => feed.stop())
  return feed
}

function listenUrl({ database }: Settings): Secret {
  return database.listenUrl ?? database.url
}

function bankOptions({ bank, consents }: Settings) {
  const { validityMs: consentValidityMs, renewalAdvisedBeforeMs } = consents
  return { ...bank, profile: profiles[bank.profile], consentValidityMs, renewalAdvisedBeforeMs }
}
