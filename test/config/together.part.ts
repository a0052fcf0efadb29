import { t } from '../support/parts.ts'
import { A_FILE, complaints } from './fixtures.ts'

type CheckRow = readonly [
  what: string,
  change: Record<string, string | undefined>,
  sentences: readonly RegExp[],
]

const NO_CERT = { BANK_TLS_CERT_FILE: undefined, BANK_TLS_KEY_FILE: undefined }
const HTTP_BANK = { BANK_TOKEN_ENDPOINT: 'http://localhost:9090/token' }
const JWKS = { CALLER_JWKS_URL: 'https://id.example.nl/jwks' }
const EXPECTED = { CALLER_ISSUER: 'https://id.example.nl', CALLER_AUDIENCE: 'token-broker' }
const OTHER_HOST = { BANK_REDIRECT_URI: 'https://other.example.nl/callback' }

const TOGETHER: readonly CheckRow[] = [
  [
    'hosts differ while browsers are bound',
    OTHER_HOST,
    [/^PUBLIC_URL and BANK_REDIRECT_URI must have the sa/],
  ],
  ['hosts differ, browsers not bound', { ...OTHER_HOST, BIND_USER_AGENT: 'off' }, []],
  ['ports differ only', { BANK_REDIRECT_URI: 'https://consent.example.nl:8443/callback' }, []],
  [
    'a certificate alone',
    { BANK_TLS_KEY_FILE: undefined },
    [/^BANK_TLS_KEY_FILE is missing beside BANK_TLS_/],
  ],
  [
    'a passphrase without its key',
    { ...NO_CERT, BANK_TOKEN_ENDPOINT: 'http://127.0.0.1:1/token', BANK_TLS_KEY_PASSPHRASE_FILE: A_FILE },
    [/^BANK_TLS_KEY_FILE is missing beside BANK_TLS_KEY_PASSPHRASE_FILE/],
  ],
  ['a key alone', { BANK_TLS_CERT_FILE: undefined }, [/^BANK_TLS_CERT_FILE is missing beside BANK_TLS_KEY/]],
  [
    'no certificate',
    NO_CERT,
    [/^BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE are missing, .* client certificate/],
  ],
  ['no certificate, http bank', { ...NO_CERT, ...HTTP_BANK }, []],
  [
    'a key alone, http bank',
    { BANK_TLS_CERT_FILE: undefined, ...HTTP_BANK },
    [/^BANK_TLS_CERT_FILE is missing/],
  ],
  ['internal TLS', { INTERNAL_TLS_CERT_FILE: A_FILE, INTERNAL_TLS_KEY_FILE: A_FILE }, []],
  [
    'client certificates without TLS',
    { INTERNAL_TLS_CLIENT_CA_FILE: A_FILE },
    [
      /^INTERNAL_TLS_CERT_FILE and INTERNAL_TLS_KEY_FILE are missing beside INTERNAL_TLS_CLIENT_CA_FILE; right/,
    ],
  ],
  [
    'a passphrase of no internal key',
    { INTERNAL_TLS_KEY_PASSPHRASE_FILE: A_FILE },
    [/^INTERNAL_TLS_CERT_FILE and INTERNAL_TLS_KEY_FILE are missing beside INTERNAL_TLS_KEY_PASSPHRASE_FILE/],
  ],
  [
    'a renewal advised from the start',
    { RENEWAL_ADVISED_BEFORE: '90d', CONSENT_VALIDITY: '90d' },
    [/^RENEWAL_ADVISED_BEFORE must be shorter than CONSENT_VALIDITY/],
  ],
  [
    'the same for as long as the profile lets consents last',
    { RENEWAL_ADVISED_BEFORE: '90d' },
    [/^RENEWAL_ADVISED_BEFORE must be shorter than CONSENT_VALIDITY/],
  ],
  ['a renewal advised in time', { RENEWAL_ADVISED_BEFORE: '89d', CONSENT_VALIDITY: '90d' }, []],
  ['internal key alone', { INTERNAL_TLS_KEY_FILE: A_FILE }, [/^INTERNAL_TLS_CERT_FILE is missing beside/]],
  [
    'abandoned before the time-out',
    { BANK_ABANDON_AFTER: '9999ms' },
    [/^BANK_ABANDON_AFTER must be at least/],
  ],
  ['abandoned at the time-out', { BANK_ABANDON_AFTER: '10s' }, []],
  ['erased with the link still open', { RETENTION: '15m' }, [/^RETENTION must be longer than AUTHORIZATION/]],
  ['erased with an answer on its way', { RETENTION: '20m', SALVAGE_WAIT: '18m' }, [/^RETENTION must be/]],
  ['erased after both', { RETENTION: '901s' }, []],
  ['no callers', { CALLERS_FILE: undefined }, [/^CALLERS_FILE is missing, .* so nobody could call/]],
  ['callers by JWT', { CALLERS_FILE: undefined, ...JWKS, ...EXPECTED }, []],
  ['callers by JWT and by key', { ...JWKS, ...EXPECTED }, []],
  [
    'keys of two sources',
    { ...JWKS, CALLER_JWKS_FILE: A_FILE, ...EXPECTED },
    [/^CALLER_JWKS_URL and CALLER_JWKS_FILE are both set/],
  ],
  [
    'JWTs of anybody, for anybody',
    JWKS,
    [
      /^CALLER_ISSUER is missing beside CALLER_JWKS_URL; .* https:/,
      /^CALLER_AUDIENCE is missing beside CALLER_JWKS_URL/,
    ],
  ],
  [
    'the same with keys in a file',
    { CALLER_JWKS_FILE: A_FILE, CALLER_ISSUER: 'i' },
    [/^CALLER_AUDIENCE is missing beside CALLER_JWKS_FILE/],
  ],
  [
    'JWTs without keys',
    { ...EXPECTED, CALLER_TOKEN_MAX_AGE: '1h' },
    [
      /^CALLER_ISSUER is set, but no JWT is taken/,
      /^CALLER_AUDIENCE is set, but/,
      /^CALLER_TOKEN_MAX_AGE is set, but/,
    ],
  ],
  [
    'keys that end before they are fetched anew',
    { CALLER_JWKS_MAX_AGE: '599s' },
    [/^CALLER_JWKS_MAX_AGE must be at least twice CALLER_JWKS_RELOAD_EVERY/],
  ],
  ['one port twice', { PUBLIC_PORT: '8080' }, [/^INTERNAL_PORT and PUBLIC_PORT must differ on one host/]],
  ['one port on two hosts', { PUBLIC_PORT: '8080', PUBLIC_HOST: '10.0.0.1' }, []],
  ['two free ports', { PUBLIC_PORT: '0', INTERNAL_PORT: '0' }, []],
]

for (const [what, change, sentences] of TOGETHER) {
  t.test(`${what}: ${sentences.length === 0 ? 'allowed' : 'refused'}`, async (t) => {
    const found = complaints(change)
    t.equal(found.length, sentences.length, found.join('\n'))
    sentences.forEach((sentence, index) => {
      t.match(found[index], sentence)
    })
  })
}

t.test('a rule keeps quiet about a setting that could not be read', async (t) => {
  t.equal(complaints({ BANK_TOKEN_ENDPOINT: 'nonsense', ...NO_CERT }).length, 1)
  t.equal(complaints({ BANK_ABANDON_AFTER: 'soon' }).length, 1)
  t.equal(complaints({ PUBLIC_URL: 'nonsense' }).length, 1)
  t.equal(complaints({ BANK_TLS_CERT_FILE: '/nowhere' }).length, 1)
})
