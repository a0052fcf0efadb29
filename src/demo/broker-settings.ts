import { readSettings, type Settings } from '../config.ts'
import type { Arguments } from './arguments.ts'
import type { Kept } from './kept.ts'

/** The demo's bank client, as the consent application shows it to the customer. */
export const CLIENT_ID = 'TPP_demo'

/** Consent Info wants it beside the token. */
export const API_KEY = 'practice-api-key'

/** Long enough to come back to the printed link after lunch. */
const LINK_LIVES = '12h'

/** Where everything listens. */
export function urlsOf({ ports }: Pick<Arguments, 'ports'>) {
  const url = (port: number) => `http://127.0.0.1:${port}`
  return { internal: url(ports.internal), public: url(ports.public), bank: url(ports.bank) }
}

/** Makes the broker's settings as its environment would: none of ours, so that no real setting leaks in. */
export function brokerSettings(args: Arguments, kept: Kept, databaseUrl: string): Settings {
  const urls = urlsOf(args)
  return readSettings({
    DATABASE_URL: databaseUrl,
    MIGRATE: 'check',
    BANK_AUTHORIZATION_ENDPOINT: `${urls.bank}/as/authorization.oauth2`,
    BANK_TOKEN_ENDPOINT: `${urls.bank}/as/token.oauth2`,
    BANK_API_BASE_URL: `${urls.bank}/v1`,
    BANK_CLIENT_ID: CLIENT_ID,
    BANK_API_KEY: API_KEY,
    BANK_REDIRECT_URI: redirectUri(args),
    // A practice bank told to hang must not hold up Ctrl-C for two minutes.
    BANK_TIMEOUT: '5s',
    BANK_ABANDON_AFTER: '10s',
    LEASE_MARGIN: '5s',
    PUBLIC_URL: urls.public,
    PUBLIC_PORT: String(args.ports.public),
    INTERNAL_PORT: String(args.ports.internal),
    // The examples in the Swagger UI name it.
    RETURN_URL_ORIGINS: 'http://localhost:3000',
    AUTHORIZATION_EXPIRES_AFTER: LINK_LIVES,
    ENCRYPTION_KEYS_FILE: kept.keyRingFile,
    CALLERS_FILE: kept.callersFile,
    SPOOL_DIR: kept.spoolDir,
    LOG_LEVEL: args.verbose ? 'debug' : 'warn',
  })
}

/** Where the bank sends the customer back to. */
export function redirectUri(args: Pick<Arguments, 'ports'>): string {
  return `${urlsOf(args).public}/callback`
}
