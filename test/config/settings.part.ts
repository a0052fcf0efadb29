import { inspect } from 'node:util'
import { describeSettings, readSettings, settingsTable } from '../../src/config.ts'
import { t } from '../support/parts.ts'
import { A_FILE, API_KEY, ENV, PASSWORD } from './fixtures.ts'

t.test('the least that is needed gives every default', async (t) => {
  const { database, bank, ...settings } = readSettings(ENV)
  t.match(database, { listenUrl: null, namedStatements: true, migrate: 'auto' })
  t.equal(database.url.reveal(), ENV.DATABASE_URL)
  t.equal(bank.apiKey.reveal(), API_KEY)
  t.strictSame(
    { ...bank, apiKey: null },
    {
      profile: 'abnamro',
      clientId: 'TPP_test',
      apiKey: null,
      tls: {
        certFile: A_FILE,
        keyFile: A_FILE,
        passphraseFile: null,
        caFile: null,
        reloadEveryMs: 10_000,
        warnBeforeMs: 2_592_000_000,
      },
      certificateBoundTokens: null,
      certificateSpreadMs: 600_000,
      redirectUri: 'https://consent.example.nl/callback',
      timeoutMs: 10_000,
      abandonAfterMs: 120_000,
      leaseMarginMs: 30_000,
      salvageWaitMs: 300_000,
      maxConcurrency: 32,
      maxPerSecond: 0,
      refreshReplay: null,
    },
  )
  t.strictSame(settings, {
    consents: {
      validityMs: null,
      renewalAdvisedBeforeMs: null,
      authorizationExpiresAfterMs: 900_000,
      retentionMs: null,
    },
    publicUrl: 'https://consent.example.nl',
    returnUrlOrigins: [],
    bindUserAgent: 'required',
    encryptionKeysFile: A_FILE,
    callers: { file: A_FILE, reloadEveryMs: 5_000, jwt: null },
    internal: { host: '127.0.0.1', port: 8080, tls: null },
    public: { host: '127.0.0.1', port: 8081 },
    limits: {
      callerMaxPerSecond: 2_000,
      publicMaxPerMinute: 300,
      trustedProxies: ['127.0.0.0/8', '::1'],
    },
    refresh: { marginMs: 300_000, idleAfterMs: 259_200_000, keepaliveMs: 86_400_000, enabled: true },
    tokenCache: true,
    metricsAuth: 'off',
    logLevel: 'info',
    spoolDir: null,
    webhooks: { file: null, reloadEveryMs: 5_000, timeoutMs: 15_000 },
    tracing: null,
    warnings: [],
  })
})

t.test('what is set takes its place', async (t) => {
  const settings = readSettings({
    ...ENV,
    DATABASE_LISTEN_URL: 'postgres://broker@/broker?host=/run/postgresql',
    MIGRATE: 'check',
    BANK_PROFILE: 'abnamro-sandbox',
    BANK_TOKEN_ENDPOINT: 'http://127.0.0.2:9090/as/token.oauth2',
    BANK_API_BASE_URL: 'http://[::1]:9090/v1/',
    BANK_TLS_CERT_FILE: undefined,
    BANK_TLS_KEY_FILE: undefined,
    RETURN_URL_ORIGINS: 'https://App.example.nl, http://localhost:3000/',
    CONSENT_VALIDITY: '180d',
    RENEWAL_ADVISED_BEFORE: '30d',
    PUBLIC_HOST: '::',
    PUBLIC_PORT: '0',
    REFRESHER: 'off',
    TOKEN_CACHE: 'off',
    DATABASE_NAMED_STATEMENTS: 'off',
    CALLER_MAX_PER_SECOND: 'off',
    PUBLIC_MAX_PER_MINUTE: '60',
    PUBLIC_TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::/32,192.0.2.7',
    METRICS_AUTH: 'ops',
    TRACING_ENDPOINT: 'http://127.0.0.1:4318/v1/traces',
    TRACING_SAMPLE_RATIO: '.25',
    LOG_LEVEL: 'silent',
  })
  t.match(settings.database, { migrate: 'check', namedStatements: false })
  t.match(settings.database.listenUrl?.reveal(), /^postgres:/)
  t.match(settings.bank, {
    profile: 'abnamro-sandbox',
    tokenEndpoint: 'http://127.0.0.2:9090/as/token.oauth2',
    apiBaseUrl: 'http://[::1]:9090/v1',
    tls: { certFile: null, keyFile: null },
  })
  t.notOk('revocationEndpoint' in settings.bank, 'so that a spread over the profile keeps its own')
  t.strictSame(settings.returnUrlOrigins, ['https://app.example.nl', 'http://localhost:3000'])
  t.equal(settings.consents.validityMs, 180 * 86_400_000)
  t.equal(settings.consents.renewalAdvisedBeforeMs, 30 * 86_400_000)
  t.strictSame(settings.public, { host: '::', port: 0 })
  t.match(settings, {
    tokenCache: false,
    metricsAuth: 'ops',
    logLevel: 'silent',
    tracing: { endpoint: 'http://127.0.0.1:4318/v1/traces', sampleRatio: 0.25 },
    refresh: { enabled: false },
  })
  t.strictSame(settings.limits, {
    callerMaxPerSecond: null,
    publicMaxPerMinute: 60,
    trustedProxies: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'],
  })
  t.strictSame(readSettings({ ...ENV, PUBLIC_TRUSTED_PROXIES: 'off' }).limits.trustedProxies, [])
})

const JWT = {
  CALLERS_FILE: undefined,
  CALLER_JWKS_URL: 'https://id.example.nl/jwks',
  CALLER_ISSUER: 'https://id.example.nl',
  CALLER_AUDIENCE: 'token-broker',
}

t.test('callers may come with JWTs, with static keys beside them or without', async (t) => {
  const { callers } = readSettings({ ...ENV, ...JWT })
  const rules = {
    issuer: 'https://id.example.nl',
    audience: 'token-broker',
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    idClaim: 'sub',
    permissionsClaim: 'scope',
    toleranceMs: 10_000,
    maxTokenAgeMs: null,
  }
  const url = 'https://id.example.nl/jwks'
  const keys = { url, reloadEveryMs: 300_000, cooldownMs: 30_000, maxAgeMs: 86_400_000 }
  t.strictSame(callers, { file: null, reloadEveryMs: 5_000, jwt: { keys, ...rules } })
  const both = readSettings({
    ...ENV,
    ...JWT,
    CALLERS_FILE: A_FILE,
    CALLER_JWKS_URL: undefined,
    CALLER_JWKS_FILE: A_FILE,
    CALLERS_RELOAD_EVERY: '250ms',
    CALLER_ALGORITHMS: 'ES384, RS256',
    CALLER_ID_CLAIM: 'azp',
    CALLER_PERMISSIONS_CLAIM: 'roles',
    CALLER_CLOCK_TOLERANCE: '1s',
    CALLER_TOKEN_MAX_AGE: '1h',
  })
  const own = { algorithms: ['RS256', 'ES384'], idClaim: 'azp', permissionsClaim: 'roles' }
  const times = { toleranceMs: 1_000, maxTokenAgeMs: 3_600_000 }
  t.strictSame(both.callers, {
    file: A_FILE,
    reloadEveryMs: 250,
    jwt: { ...rules, ...own, ...times, keys: { file: A_FILE } },
  })
})

t.test('a blank value counts as none', async (t) => {
  const settings = readSettings({ ...ENV, BANK_TIMEOUT: '', SPOOL_DIR: '  ', LOG_LEVEL: ' debug ' })
  t.equal(settings.bank.timeoutMs, 10_000)
  t.equal(settings.spoolDir, null)
  t.equal(settings.logLevel, 'debug')
  t.strictSame(settings.warnings, [])
})

t.test('the settings print no secret', async (t) => {
  const settings = readSettings(ENV)
  const printed = `${inspect(settings, { depth: 9, showHidden: true })}${JSON.stringify(settings)}`
  t.notOk(printed.includes(PASSWORD) || printed.includes(API_KEY))
})

const DURATIONS: readonly (readonly [text: string, ms: number])[] = [
  ['1ms', 1],
  ['250ms', 250],
  ['5s', 5_000],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['1d', 86_400_000],
]

t.test('durations are read to the millisecond', async (t) => {
  for (const [text, ms] of DURATIONS) {
    const { bank } = readSettings({ ...ENV, BANK_TIMEOUT: text, BANK_ABANDON_AFTER: '1d' })
    t.equal(bank.timeoutMs, ms, text)
  }
  t.equal(readSettings({ ...ENV, REFRESH_IDLE_AFTER: '90d' }).refresh.idleAfterMs, 7_776_000_000)
})

const settings = describeSettings()

t.test('every setting says in a sentence what it is for', async (t) => {
  for (const { name, description } of settings) t.match(description, /^[A-Z`].*\.$/, name)
})

t.test('every default is a value that may be set', async (t) => {
  const defaults = settings.flatMap((setting) =>
    setting.default === null ? [] : [[setting.name, setting.default]],
  )
  const { warnings: _, ...spelledOut } = readSettings({ ...ENV, ...Object.fromEntries(defaults) })
  const { warnings: __, ...leftOut } = readSettings(ENV)
  t.same(spelledOut, leftOut)
})

t.test('the table has a row for each setting, and says which are required', async (t) => {
  const rows = settingsTable().trimEnd().split('\n')
  t.equal(rows.length, settings.length + 2)
  t.ok(rows.includes('| `BANK_TIMEOUT` | `10s` | How long a caller waits for the bank. |'))
  t.ok(rows.includes('| `BANK_CLIENT_ID` | required | The client id that the bank gave. |'))
  t.notOk(rows.some((row) => row.split('|').length !== 5))
})
