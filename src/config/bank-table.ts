import { PROFILE_NAMES } from '../bank/profiles.ts'
import { duration, wait } from './duration.ts'
import { readableFile } from './file.ts'
import { choice, integer, like, onOff, word } from './parser.ts'
import { defaulted, optional, required, secret } from './setting.ts'
import { baseUrl, endpoint } from './url.ts'

const BANK_API = 'https://api.abnamro.com/v1'
const AUTHORIZATION = 'https://auth.connect.abnamro.com/as/authorization.oauth2'
const TOKEN = 'https://auth.connect.abnamro.com:8443/as/token.oauth2'
const REVOCATION = 'https://auth.connect.abnamro.com:8443/as/revoke_token.oauth2'

const pem = (name: string) => like(`/etc/token-broker/${name}.pem`, readableFile)

/** How the bank is reached, and as whom. */
export const BANK_CONNECTION = {
  BANK_PROFILE: defaulted('abnamro', choice(...PROFILE_NAMES), 'Which bank, and its endpoints.'),
  BANK_AUTHORIZATION_ENDPOINT: optional(like(AUTHORIZATION, endpoint), 'Overrides the profile.'),
  BANK_TOKEN_ENDPOINT: optional(like(TOKEN, endpoint), 'Overrides the profile.'),
  BANK_API_BASE_URL: optional(like(BANK_API, baseUrl), 'Overrides the profile; with its `/v1`.'),
  BANK_REVOCATION_ENDPOINT: optional(
    like(REVOCATION, endpoint),
    'Where `DELETE` revokes tokens at the bank; the profiles have none. Only for a bank that keeps a grant for each authorization: revoking one ends its grant.',
  ),
  BANK_CLIENT_ID: required(like('TPP_test', word), 'The client id that the bank gave.'),
  BANK_API_KEY: required(
    like('the Consumer Key of the app', secret(word)),
    'The key of the app at the developer portal, sent as `API-Key`.',
  ),
  BANK_TLS_CERT_FILE: optional(
    pem('qwac'),
    'The client certificate (PEM, with its chain); required where the token endpoint is https.',
  ),
  BANK_TLS_KEY_FILE: optional(
    pem('qwac-key'),
    "The client certificate's private key (PEM; PKCS #8 or older, encrypted or not).",
  ),
  BANK_TLS_KEY_PASSPHRASE_FILE: optional(
    like('/etc/token-broker/qwac-key.passphrase', readableFile),
    'The passphrase of an encrypted `BANK_TLS_KEY_FILE`; a line break at its end is dropped.',
  ),
  BANK_TLS_CA_FILE: optional(pem('bank-ca'), "Trusted for the bank instead of Node's own list (PEM)."),
  BANK_TLS_RELOAD_EVERY: defaulted(
    '10s',
    wait,
    'How often these files are looked at: what has changed is used from then on, for new connections.',
  ),
  BANK_TLS_WARN_BEFORE: defaulted(
    '30d',
    duration,
    'How long before the end of the client certificate, or of its chain, the log warns of it, once a day.',
  ),
  BANK_CERTIFICATE_BOUND_TOKENS: optional(
    onOff,
    "Whether the bank's tokens work only with the client certificate they were obtained with (RFC 8705); overrides the profile. If so, they are refreshed after a change.",
  ),
  BANK_CERTIFICATE_SPREAD: defaulted(
    '10m',
    wait,
    'Over how long tokens bound to a former certificate are refreshed.',
  ),
  BANK_REDIRECT_URI: required(
    like('https://consent.example.nl/callback', endpoint),
    'Where the bank sends the browser back to, letter by letter as registered; its path is the callback.',
  ),
}

/** How long the bank may take, and how much is asked of it. */
export const BANK_LIMITS = {
  BANK_TIMEOUT: defaulted('10s', wait, 'How long a caller waits for the bank.'),
  BANK_ABANDON_AFTER: defaulted(
    '120s',
    wait,
    'How long an exchange goes on before it is given up; at least `BANK_TIMEOUT`.',
  ),
  LEASE_MARGIN: defaulted('30s', wait, 'How much longer than `BANK_ABANDON_AFTER` a claim lasts.'),
  SALVAGE_WAIT: defaulted(
    '5m',
    wait,
    'How long after its lease a claim is left to a holder that may still settle it.',
  ),
  BANK_MAX_CONCURRENCY: defaulted(
    '32',
    integer(1, 1_000),
    'Most refreshes in flight at the bank, for each replica; code exchanges with client tokens, Consent Info and revocations have as many each.',
  ),
  BANK_MAX_PER_SECOND: defaulted(
    '0',
    integer(0, 100_000),
    'Most refreshes, code exchanges and client tokens a second together, for each replica; 0 sets no limit.',
  ),
  BANK_REFRESH_REPLAY: optional(
    choice('prompt', 'last_chance'),
    'When a refresh token whose answer was lost is sent again: soon, or only once the access token ends. Overrides the profile, for ABN AMRO `prompt`.',
  ),
}
