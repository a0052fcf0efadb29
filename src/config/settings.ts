import type { Secret } from '../core/secret.ts'
import type { Values } from './table.ts'

/** Everything the environment decides; every `…Ms` counts milliseconds. */
export interface Settings {
  readonly database: DatabaseSettings
  readonly bank: BankSettings
  readonly consents: ConsentSettings
  /** Without a slash at its end. */
  readonly publicUrl: string
  /** Empty where no `return_url` may be given. */
  readonly returnUrlOrigins: readonly string[]
  readonly bindUserAgent: Values['BIND_USER_AGENT']
  readonly encryptionKeysFile: string
  readonly callers: CallerSettings
  readonly internal: InternalListenerSettings
  readonly public: ListenerSettings
  readonly limits: LimitSettings
  readonly refresh: RefreshSettings
  readonly tokenCache: boolean
  readonly metricsAuth: Values['METRICS_AUTH']
  readonly logLevel: Values['LOG_LEVEL']
  readonly spoolDir: string | null
  readonly webhooks: WebhookSettings
  /** Null traces nothing. */
  readonly tracing: TracingSettings | null
  /** Whole sentences for the log, such as of likely typing errors. */
  readonly warnings: readonly string[]
}

export interface DatabaseSettings {
  readonly url: Secret
  readonly listenUrl: Secret | null
  /** Whether hot statements are known to the server by names, which belong to a session. */
  readonly namedStatements: boolean
  readonly migrate: Values['MIGRATE']
}

export interface BankSettings {
  readonly profile: Values['BANK_PROFILE']
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
  /** Without a slash at its end. */
  readonly apiBaseUrl?: string
  readonly revocationEndpoint?: string
  readonly clientId: string
  readonly apiKey: Secret
  readonly tls: TlsSettings
  /** Null leaves it to the bank's profile. */
  readonly certificateBoundTokens: boolean | null
  readonly certificateSpreadMs: number
  /** Letter by letter as it was set. */
  readonly redirectUri: string
  readonly timeoutMs: number
  /** At least `timeoutMs`. */
  readonly abandonAfterMs: number
  readonly leaseMarginMs: number
  readonly salvageWaitMs: number
  readonly maxConcurrency: number
  /** 0 sets no limit. */
  readonly maxPerSecond: number
  readonly refreshReplay: Values['BANK_REFRESH_REPLAY']
}

/** `certFile` and `keyFile` are both null or both given. */
export interface TlsFiles {
  readonly certFile: string | null
  readonly keyFile: string | null
  /** Of an encrypted key. */
  readonly passphraseFile: string | null
  /** Whom we trust: as the bank, or as issuer of our callers' certificates. */
  readonly caFile: string | null
}

export interface TlsSettings extends TlsFiles {
  readonly reloadEveryMs: number
  readonly warnBeforeMs: number
}

export interface ConsentSettings {
  /** Null leaves it to the bank's profile. */
  readonly validityMs: number | null
  /** The same. */
  readonly renewalAdvisedBeforeMs: number | null
  readonly authorizationExpiresAfterMs: number
  readonly retentionMs: number | null
}

/** `file`, `jwt` or both are given. */
export interface CallerSettings {
  readonly file: string | null
  /** Of files: callers, and keys. */
  readonly reloadEveryMs: number
  readonly jwt: CallerJwtSettings | null
}

export interface CallerJwtSettings {
  readonly keys: CallerKeySettings
  readonly issuer: string
  readonly audience: string
  readonly algorithms: Values['CALLER_ALGORITHMS']
  readonly idClaim: Values['CALLER_ID_CLAIM']
  readonly permissionsClaim: Values['CALLER_PERMISSIONS_CLAIM']
  readonly toleranceMs: number
  /** Null sets no limit beside `exp`. */
  readonly maxTokenAgeMs: number | null
}

export type CallerKeySettings =
  | { readonly file: string }
  | {
      readonly url: string
      readonly reloadEveryMs: number
      readonly cooldownMs: number
      /** At least twice `reloadEveryMs`. */
      readonly maxAgeMs: number
    }

export interface WebhookSettings {
  /** Null where nobody is told. */
  readonly file: string | null
  readonly reloadEveryMs: number
  readonly timeoutMs: number
}

export interface ListenerSettings {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
}

/** For each replica; null sets no limit. */
export interface LimitSettings {
  readonly callerMaxPerSecond: number | null
  /** Of one address. */
  readonly publicMaxPerMinute: number | null
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[]
}

export interface InternalListenerSettings extends ListenerSettings {
  /** Null where it speaks plain HTTP. */
  readonly tls: TlsSettings | null
}

export interface TracingSettings {
  /** Of a collector that speaks OTLP/HTTP. */
  readonly endpoint: string
  /** Of the traces that begin here, from 0 to 1. */
  readonly sampleRatio: number
}

export interface RefreshSettings {
  readonly marginMs: number
  readonly idleAfterMs: number
  readonly keepaliveMs: number
  readonly enabled: boolean
}
