import type { AuthorizationStore } from '../core/authorization-store.ts'
import type { ConsentStore } from '../core/consent-store.ts'
import type { Housekeeping, TokenStore } from '../core/token-store.ts'
import { createAuthorizationStore } from './authorizations.ts'
import { createTokenStore } from './claims.ts'
import { createConsentStore } from './consents.ts'
import type { Database } from './database.ts'
import { createHousekeeping } from './housekeeping.ts'
import { guardStorage } from './storage-error.ts'

export { NO_CHANGE_FEED, startChangeFeed } from './change-feed.ts'
export { type Database, openDatabase } from './database.ts'
export { assertDurable } from './durability.ts'
export { registerKeys } from './keys.ts'
export { checkSchema, migrate, migrateToLatest } from './migrate.ts'
export { isStorageTrouble } from './storage-error.ts'

export interface Store {
  readonly consents: ConsentStore
  readonly authorizations: AuthorizationStore
  readonly tokens: TokenStore
  readonly housekeeping: Housekeeping
}

/** Builds the storage ports on a database; each call raises TryLaterError while it is in trouble. */
export function createStore(db: Database, monotonicMs: () => number): Store {
  return {
    consents: guardStorage(createConsentStore(db)),
    authorizations: guardStorage(createAuthorizationStore(db)),
    tokens: guardStorage(createTokenStore(db, monotonicMs)),
    housekeeping: guardStorage(createHousekeeping(db)),
  }
}
