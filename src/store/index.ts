import type { AuthorizationStore } from '../core/authorization-store.ts'
import type { CertificateStore } from '../core/bound-tokens.ts'
import type { Clock } from '../core/clock.ts'
import type { ConsentStore } from '../core/consent-store.ts'
import type { GateStore } from '../core/gate-store.ts'
import type { Housekeeping, TokenStore } from '../core/token-store.ts'
import type { WebhookStore } from '../core/webhook.ts'
import { createAuthorizationStore } from './authorizations.ts'
import { createCertificateStore } from './certificates.ts'
import { createTokenStore } from './claims.ts'
import { createConsentStore } from './consents.ts'
import type { Database } from './database.ts'
import { createGateStore } from './gates.ts'
import { createHousekeeping } from './housekeeping.ts'
import { createRegistration, type KeyCheck } from './keys.ts'
import { guardStorage } from './storage-error.ts'
import { createWebhookStore } from './webhooks.ts'

export { createAuditStore } from './audit.ts'
export { NO_CHANGE_FEED, proveListening, startChangeFeed } from './change-feed.ts'
export { type CountLimits, countSealed } from './count-sealed.ts'
export { type Database, openDatabase, readPool } from './database.ts'
export { readDatabaseTime } from './database-time.ts'
export { describeTrouble } from './describe-trouble.ts'
export { assertDurable, assertSupported, mayForgetOnFailover } from './durability.ts'
export { lackingRights, readServerFacts } from './inspect.ts'
export {
  assertRingOpens,
  forgetOtherKeys,
  isKeyInUse,
  type KeyCheck,
  MissingKeyError,
  otherKeysInUse,
  readKeySince,
  registerKeys,
} from './keys.ts'
export { checkSchema, migrateToLatest, readSchemaState } from './migrate.ts'
export { createSealedTables } from './rekey.ts'
export { isStorageTrouble, refusedLogin } from './storage-error.ts'

export interface Store {
  readonly consents: ConsentStore
  readonly authorizations: AuthorizationStore
  readonly tokens: TokenStore
  readonly gates: GateStore
  readonly housekeeping: Housekeeping
  readonly certificates: CertificateStore
  readonly webhooks: WebhookStore
  /** Ends what goes on in the background; before the database is closed. */
  stop(): Promise<void>
}

/**
 * Builds the storage ports on a database; what seals under `sealing` keeps that key registered. Each call raises
 * TryLaterError while it is in trouble.
 */
export function createStore(
  db: Database,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>,
  sealing: KeyCheck | null = null,
): Store {
  const { stop, ...tokens } = createTokenStore(db, clock)
  const registration = createRegistration(db, sealing)
  return {
    consents: guardStorage(createConsentStore(db)),
    authorizations: guardStorage(createAuthorizationStore(db)),
    tokens: guardStorage(tokens),
    gates: guardStorage(createGateStore(db)),
    housekeeping: guardStorage(createHousekeeping(db, registration)),
    certificates: guardStorage(createCertificateStore(db)),
    webhooks: guardStorage(createWebhookStore(db)),
    stop: async () => {
      await stop()
      await registration.end()
    },
  }
}
