import { readSettings } from '../../src/config.ts'
import { t } from '../support/parts.ts'
import { API_KEY, complaints, ENV, PASSWORD } from './fixtures.ts'

type Row = readonly [name: string, values: readonly string[], sentence: RegExp]

const NO_DURATION = /must be a whole number and its unit: ms, s, m, h or d; a right value is \d+\w+\.$/
const NO_HTTPS = /must be https, or http on a loopback host; a right value is https:\/\/\S+\.$/

const BAD: readonly Row[] = [
  ['BANK_TIMEOUT', ['10', 's', '10 s', '10sec', '-5s', '1.5s', '5M', '10s5'], NO_DURATION],
  ['REFRESH_MARGIN', ['five minutes', '5w'], NO_DURATION],
  ['LEASE_MARGIN', ['0s', '0ms'], /must be longer than nothing/],
  ['BANK_ABANDON_AFTER', ['25h', '2d'], /must be at most 24h/],
  ['CONSENT_VALIDITY', ['3651d'], /must be at most 3650d/],
  ['RENEWAL_ADVISED_BEFORE', ['2 weeks'], NO_DURATION],
  ['DATABASE_URL', ['mysql://a/b', 'db.example.nl', 'postgresql://a:99999999/b'], /must be a postgresql:/],
  ['DATABASE_LISTEN_URL', ['http://a/b'], /must be a postgresql:\/\/ URL/],
  [
    'PUBLIC_URL',
    ['consent.example.nl', 'ftp://a.nl', 'https:a.nl', 'https://', 'HTTPS://a.nl'],
    /must be an https URL/,
  ],
  ['BANK_API_BASE_URL', ['http://api.example.nl', 'http://10.0.0.1', 'http://127.0.0.1.nip.io'], NO_HTTPS],
  ['PUBLIC_URL', ['http://consent.example.nl', 'http://192.168.0.1:8081'], NO_HTTPS],
  ['BANK_REDIRECT_URI', ['http://consent.example.nl/callback'], NO_HTTPS],
  ['RETURN_URL_ORIGINS', ['https://*.example.nl'], /has an entry with a wildcard/],
  ['BANK_AUTHORIZATION_ENDPOINT', ['Https://auth.example.nl/'], /must be an https URL/],
  ['BANK_TOKEN_ENDPOINT', ['HTTP://localhost:9090/token'], /must be an https URL/],
  ['RETURN_URL_ORIGINS', ['HTTPS://a.nl'], /has an entry that must be an https URL/],
  ['BANK_TOKEN_ENDPOINT', ['http://localhost.example.nl/token', 'http://[::2]/token'], NO_HTTPS],
  ['BANK_AUTHORIZATION_ENDPOINT', ['https://a:b@auth.example.nl/'], /must not hold a user name or password/],
  ['BANK_REVOCATION_ENDPOINT', ['https://a.nl/#revoke'], /must not have a fragment/],
  ['BANK_API_BASE_URL', ['https://a.nl/v1?key=1'], /must not have a query/],
  ['RETURN_URL_ORIGINS', ['https://a.nl,http://b.nl'], /has an entry that must be https/],
  ['RETURN_URL_ORIGINS', ['https://a.nl/app', 'https://a.nl?x'], /has an entry that is more than scheme/],
  ['RETURN_URL_ORIGINS', ['https://a.nl,', '*'], /has an entry that must be an https URL/],
  ['ENCRYPTION_KEYS_FILE', ['/nowhere/keys.json'], /names a file that does not exist/],
  ['CALLERS_FILE', ['/tmp'], /names something that is not a file/],
  ['BANK_TLS_CA_FILE', [`${import.meta.filename}/x`], /names a file that does not exist/],
  [
    'BANK_PROFILE',
    ['ing', 'ABNAMRO'],
    /must be one of abnamro, abnamro-sandbox; a right value is abnamro\.$/,
  ],
  ['BIND_USER_AGENT', ['on'], /must be one of required, off/],
  ['BANK_REFRESH_REPLAY', ['never'], /must be one of prompt, last_chance/],
  ['MIGRATE', ['yes'], /must be one of auto, check/],
  [
    'CALLER_ALGORITHMS',
    ['none', 'HS256', 'RS256,HS256', 'RS256,none', 'RS256,RS256', 'RS256,', 'rs256', 'ES256K'],
    /must be some of RS256, PS256, .*, each once; a right value is RS256,PS256\.$/,
  ],
  ['CALLER_CLOCK_TOLERANCE', ['6m', '1h'], /must be at most 5m/],
  ['CALLER_ID_CLAIM', ['email', 'preferred_username'], /must be one of sub, client_id, azp, appid, cid/],
  ['CALLER_PERMISSIONS_CLAIM', ['groups'], /must be one of scope, scp, roles/],
  ['CALLER_JWKS_URL', ['http://id.example.nl/jwks'], NO_HTTPS],
  ['CALLER_JWKS_FILE', ['/nowhere/jwks.json'], /names a file that does not exist/],
  ['METRICS_AUTH', ['on'], /must be one of off, ops/],
  ['TRACING_ENDPOINT', ['http://collector:4318/v1/traces'], /must be https, or http on a loopback host/],
  [
    'TRACING_SAMPLE_RATIO',
    ['2', '-1', '10%', '0,5', '1.5', '.'],
    /must be a number from 0 to 1; a right value is 0\.1\.$/,
  ],
  ['LOG_LEVEL', ['verbose', 'INFO'], /must be one of trace, debug, info, warn, error, fatal, silent/],
  ['REFRESHER', ['true', '1'], /must be on or off/],
  ['TOKEN_CACHE', ['no'], /must be on or off/],
  ['INTERNAL_PORT', ['65536', '-1', '80.5', 'http', '0x50'], /must be a whole number from 0 to 65535/],
  ['BANK_MAX_CONCURRENCY', ['0', '1001'], /must be a whole number from 1 to 1000/],
  ['BANK_MAX_PER_SECOND', ['-1', 'unlimited'], /must be a whole number from 0 to 100000/],
  ['CALLER_MAX_PER_SECOND', ['0', '-1', 'none', '1e3'], /must be a whole number from 1 to 1000000, or off/],
  ['PUBLIC_MAX_PER_MINUTE', ['0', '5.5', 'OFF'], /must be a whole number from 1 to 1000000, or off/],
  [
    'PUBLIC_TRUSTED_PROXIES',
    ['proxy', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', '::1/129', '10.0.0', '10.0.0.1,', 'fe80::1%eth0'],
    /has an entry that is neither an address nor a network; a right value is 10\.0\.0\.0\/8,2001:db8::7\.$/,
  ],
  ['INTERNAL_HOST', ['http://a', 'a:80', 'a b'], /must be a host name or an address/],
  ['BANK_API_KEY', ['two words', 'key\u2026'], /holds a space or a character beyond ASCII/],
]

for (const [name, values, sentence] of BAD) {
  t.test(`${name} is refused where it is wrong: ${sentence.source.slice(0, 40)}`, async (t) => {
    for (const value of values) {
      const [found = '', ...others] = complaints({ [name]: value })
      t.match(found, sentence, value)
      t.ok(found.startsWith(`${name} `), 'names the setting')
      t.match(found, /; a right value is .+\.$/, 'gives a right value')
      t.strictSame(others, [], 'one sentence for one problem')
    }
  })
}

const REQUIRED = [
  'DATABASE_URL',
  'ENCRYPTION_KEYS_FILE',
  'BANK_CLIENT_ID',
  'BANK_API_KEY',
  'BANK_REDIRECT_URI',
  'PUBLIC_URL',
]

t.test('each required setting is asked for', async (t) => {
  for (const name of REQUIRED) {
    const found = complaints({ [name]: undefined })
    t.equal(found.length, 1, name)
    t.match(found[0], new RegExp(`^${name} is missing; a right value is .+\\.$`))
  }
})

t.test('an empty environment is answered with everything it lacks, at once', async (t) => {
  const nothing = Object.fromEntries(Object.keys(ENV).map((name) => [name, undefined]))
  const found = complaints(nothing)
  for (const name of Object.keys(ENV)) t.ok(found.join('\n').includes(name), name)
})

t.test('all problems come together, of single settings and between them', async (t) => {
  const found = complaints({
    BANK_TIMEOUT: '10',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'https://other.example.nl',
    BANK_TLS_KEY_FILE: undefined,
  })
  t.equal(found.length, 4)
})

t.test('missing callers are told with the rest', async (t) => {
  const found = complaints({ CALLERS_FILE: undefined, BANK_TIMEOUT: '10' })
  t.equal(found.length, 2)
  t.match(found.join('\n'), /^BANK_TIMEOUT must be .*\nCALLERS_FILE is missing, .*; a right value is /)
})

t.test('no message quotes what was set, least of all a secret', async (t) => {
  const slipped = 'a-key-in-the-wrong-variable-8812'
  const names = [...REQUIRED.slice(1), 'BANK_TIMEOUT', 'BANK_PROFILE', 'INTERNAL_PORT', 'RETURN_URL_ORIGINS']
  const everywhere = Object.fromEntries(names.map((name) => [name, `${slipped} x`]))
  const text = complaints({
    ...everywhere,
    DATABASE_URL: `mysql://broker:${PASSWORD}@db/broker`,
    BANK_API_KEY: `${API_KEY} x`,
  }).join('\n')
  t.match(text, /DATABASE_URL .*BANK_API_KEY /s)
  for (const secret of [PASSWORD, API_KEY, slipped]) t.notOk(text.includes(secret))
})

t.test('the error says that the settings stop the start', async (t) => {
  t.throws(() => readSettings({}), {
    code: 'settings_invalid',
    message: /^The settings do not allow a start:\n- DATABASE_URL is missing; /,
    cause: undefined,
  })
})
