import t from 'tap'
import { A_FILE, complaints } from './fixtures.ts'

type Row = readonly [what: string, change: Record<string, string | undefined>, sentences: readonly RegExp[]]

const NO_CERT = { BANK_TLS_CERT_FILE: undefined, BANK_TLS_KEY_FILE: undefined }
const HTTP_BANK = { BANK_TOKEN_ENDPOINT: 'http://localhost:9090/token' }
const OTHER_HOST = { BANK_REDIRECT_URI: 'https://other.example.nl/callback' }

const TOGETHER: readonly Row[] = [
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
  [
    'internal TLS, which is not served yet',
    { INTERNAL_TLS_CERT_FILE: A_FILE, INTERNAL_TLS_KEY_FILE: A_FILE },
    [/^INTERNAL_TLS_CERT_FILE and INTERNAL_TLS_KEY_FILE are set, but this version serves plain HTTP/],
  ],
  [
    'a renewal advised from the start',
    { RENEWAL_ADVISED_BEFORE: '90d', CONSENT_VALIDITY: '90d' },
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
  ['no callers', { CALLERS_FILE: undefined }, [/^CALLERS_FILE is missing/]],
  [
    'callers by JWT, whom this version does not know',
    { CALLERS_FILE: undefined, CALLER_JWKS_URL: 'https://id.example.nl/jwks' },
    [/^CALLERS_FILE is missing/],
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
