import { assembleCallers } from './assemble-callers.ts'
import type { BankSettings, Settings, TlsSettings, TracingSettings } from './settings.ts'
import type { Values } from './table.ts'

/** Puts the values of the table in their places. */
export function assemble(values: Values, warnings: readonly string[]): Settings {
  return {
    database: {
      url: values.DATABASE_URL,
      listenUrl: values.DATABASE_LISTEN_URL,
      namedStatements: values.DATABASE_NAMED_STATEMENTS,
      migrate: values.MIGRATE,
    },
    bank: assembleBank(values),
    consents: {
      validityMs: values.CONSENT_VALIDITY,
      renewalAdvisedBeforeMs: values.RENEWAL_ADVISED_BEFORE,
      authorizationExpiresAfterMs: values.AUTHORIZATION_EXPIRES_AFTER,
      retentionMs: values.RETENTION,
    },
    publicUrl: values.PUBLIC_URL,
    returnUrlOrigins: values.RETURN_URL_ORIGINS ?? [],
    bindUserAgent: values.BIND_USER_AGENT,
    encryptionKeysFile: values.ENCRYPTION_KEYS_FILE,
    callers: assembleCallers(values),
    internal: { host: values.INTERNAL_HOST, port: values.INTERNAL_PORT, tls: assembleInternalTls(values) },
    public: { host: values.PUBLIC_HOST, port: values.PUBLIC_PORT },
    limits: {
      callerMaxPerSecond: values.CALLER_MAX_PER_SECOND,
      publicMaxPerMinute: values.PUBLIC_MAX_PER_MINUTE,
      trustedProxies: values.PUBLIC_TRUSTED_PROXIES,
    },
    refresh: {
      marginMs: values.REFRESH_MARGIN,
      idleAfterMs: values.REFRESH_IDLE_AFTER,
      keepaliveMs: values.REFRESH_KEEPALIVE,
      enabled: values.REFRESHER,
    },
    tokenCache: values.TOKEN_CACHE,
    metricsAuth: values.METRICS_AUTH,
    logLevel: values.LOG_LEVEL,
    spoolDir: values.SPOOL_DIR,
    webhooks: {
      file: values.WEBHOOKS_FILE,
      reloadEveryMs: values.CALLERS_RELOAD_EVERY,
      timeoutMs: values.WEBHOOKS_TIMEOUT,
    },
    tracing: assembleTracing(values),
    warnings,
  }
}

function assembleTracing(values: Values): TracingSettings | null {
  const { TRACING_ENDPOINT: endpoint, TRACING_SAMPLE_RATIO: sampleRatio } = values
  return endpoint === null ? null : { endpoint, sampleRatio }
}

function assembleBank(values: Values): BankSettings {
  return {
    profile: values.BANK_PROFILE,
    ...assembleEndpoints(values),
    clientId: values.BANK_CLIENT_ID,
    apiKey: values.BANK_API_KEY,
    tls: {
      certFile: values.BANK_TLS_CERT_FILE,
      keyFile: values.BANK_TLS_KEY_FILE,
      passphraseFile: values.BANK_TLS_KEY_PASSPHRASE_FILE,
      caFile: values.BANK_TLS_CA_FILE,
      reloadEveryMs: values.BANK_TLS_RELOAD_EVERY,
      warnBeforeMs: values.BANK_TLS_WARN_BEFORE,
    },
    certificateBoundTokens: values.BANK_CERTIFICATE_BOUND_TOKENS,
    certificateSpreadMs: values.BANK_CERTIFICATE_SPREAD,
    redirectUri: values.BANK_REDIRECT_URI,
    timeoutMs: values.BANK_TIMEOUT,
    abandonAfterMs: values.BANK_ABANDON_AFTER,
    leaseMarginMs: values.LEASE_MARGIN,
    salvageWaitMs: values.SALVAGE_WAIT,
    maxConcurrency: values.BANK_MAX_CONCURRENCY,
    maxPerSecond: values.BANK_MAX_PER_SECOND,
    refreshReplay: values.BANK_REFRESH_REPLAY,
  }
}

type Endpoints = Pick<
  BankSettings,
  'authorizationEndpoint' | 'tokenEndpoint' | 'apiBaseUrl' | 'revocationEndpoint'
>

/** Leaves out what was not set, so that a spread over the profile keeps the profile's own. */
function assembleEndpoints(values: Values): Endpoints {
  return {
    ...(values.BANK_AUTHORIZATION_ENDPOINT && { authorizationEndpoint: values.BANK_AUTHORIZATION_ENDPOINT }),
    ...(values.BANK_TOKEN_ENDPOINT && { tokenEndpoint: values.BANK_TOKEN_ENDPOINT }),
    ...(values.BANK_API_BASE_URL && { apiBaseUrl: values.BANK_API_BASE_URL }),
    ...(values.BANK_REVOCATION_ENDPOINT && { revocationEndpoint: values.BANK_REVOCATION_ENDPOINT }),
  }
}

function assembleInternalTls(values: Values): TlsSettings | null {
  if (values.INTERNAL_TLS_CERT_FILE === null) return null
  return {
    certFile: values.INTERNAL_TLS_CERT_FILE,
    keyFile: values.INTERNAL_TLS_KEY_FILE,
    passphraseFile: values.INTERNAL_TLS_KEY_PASSPHRASE_FILE,
    caFile: values.INTERNAL_TLS_CLIENT_CA_FILE,
    reloadEveryMs: values.INTERNAL_TLS_RELOAD_EVERY,
    warnBeforeMs: values.INTERNAL_TLS_WARN_BEFORE,
  }
}
