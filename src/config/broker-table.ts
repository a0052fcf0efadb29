import { duration, wait } from './duration.ts'
import { readableFile } from './file.ts'
import { INTERNAL_TLS } from './internal-tls-table.ts'
import { networks } from './networks.ts'
import { choice, like, limit, onOff, type Parser, port, share } from './parser.ts'
import { defaulted, optional, required } from './setting.ts'
import { baseUrl, databaseUrl, endpoint, host, origins } from './url.ts'

const file = (name: string) => like(`/etc/token-broker/${name}`, readableFile)

/** Any text that names a place, such as a folder that is made when it is needed. */
const path: Parser<string> = { example: '/var/lib/token-broker/spool', read: (text) => ({ value: text }) }

/** Where the broker keeps what it knows. */
export const STORAGE = {
  DATABASE_URL: required(databaseUrl, 'The PostgreSQL database (15 or newer).'),
  DATABASE_LISTEN_URL: optional(
    databaseUrl,
    'The same database without a transaction pooler, for `LISTEN`; needed behind PgBouncer.',
  ),
  DATABASE_NAMED_STATEMENTS: defaulted(
    'on',
    onOff,
    'Whether hot statements are planned once a connection; set it `off` behind a pooler that cannot follow their names, as PgBouncer before 1.21.',
  ),
  MIGRATE: defaulted(
    'auto',
    choice('auto', 'check'),
    'Whether the start brings the schema up to date, or only refuses an old one.',
  ),
  ENCRYPTION_KEYS_FILE: required(
    file('keys.json'),
    'A JWK Set of 32-byte `oct` keys: the first seals, all open.',
  ),
  SPOOL_DIR: optional(path, 'A folder that outlives the process, for answers the database could not take.'),
  RETENTION: optional(
    like('400d', duration),
    "How long after a consent's end its personal data are kept; without it, for good.",
  ),
}

/** How customers give their consent. */
export const CONSENTS = {
  PUBLIC_URL: required(baseUrl, "Where the customer's browser reaches the public listener."),
  RETURN_URL_ORIGINS: optional(
    origins,
    'The origins that a `return_url` may have, by commas; none means no `return_url` at all.',
  ),
  BIND_USER_AGENT: defaulted(
    'required',
    choice('required', 'off'),
    'Whether a consent must end in the browser that began it; `off` is for app-to-app flows.',
  ),
  CONSENT_VALIDITY: optional(like('90d', duration), "Overrides how long the profile's consents last."),
  RENEWAL_ADVISED_BEFORE: optional(
    like('14d', duration),
    "Overrides how long before a consent's end the profile advises to renew it (for ABN AMRO 14 days, at most a fifth of `CONSENT_VALIDITY`).",
  ),
  AUTHORIZATION_EXPIRES_AFTER: defaulted(
    '15m',
    duration,
    'How long a start link can be opened, and how long each attempt then lasts.',
  ),
}

/** Where the broker is called. */
export const LISTENERS = {
  INTERNAL_HOST: defaulted('127.0.0.1', host, 'Where the API for internal services listens.'),
  INTERNAL_PORT: defaulted('8080', port, 'Its port; 0 takes any free one.'),
  ...INTERNAL_TLS,
  PUBLIC_HOST: defaulted('127.0.0.1', host, "Where the part for customers' browsers listens."),
  PUBLIC_PORT: defaulted('8081', port, 'Its port; 0 takes any free one.'),
  PUBLIC_TRUSTED_PROXIES: defaulted(
    '127.0.0.0/8,::1',
    networks,
    'The proxies in front of the public listener, by commas: the `X-Forwarded-For` of these addresses or networks is believed; `off` believes nobody.',
  ),
  CALLER_MAX_PER_SECOND: defaulted(
    '2000',
    like('2000', limit(1_000_000)),
    'Most requests a second of one caller, for each replica; `off` sets no limit, nor one to refused keys.',
  ),
  PUBLIC_MAX_PER_MINUTE: defaulted(
    '300',
    like('300', limit(1_000_000)),
    'Most requests a minute of one address (in IPv6, one /64) on the public listener, for each replica, counted by tens of seconds; `off` sets no limit.',
  ),
  METRICS_AUTH: defaulted(
    'off',
    choice('off', 'ops'),
    'Whether `/metrics` needs a caller with the permission `ops`.',
  ),
}

/** When tokens are rotated, and what is told of it. */
export const RUNNING = {
  REFRESHER: defaulted(
    'on',
    onOff,
    'Whether this replica rotates due tokens in the background; it looks after the gate in any case, and may try a token as its canary.',
  ),
  REFRESH_MARGIN: defaulted(
    '5m',
    duration,
    "How long before its end an access token is rotated; at most a fifth of the token's life.",
  ),
  REFRESH_IDLE_AFTER: defaulted('72h', duration, 'When a consent nobody asked for counts as idle.'),
  REFRESH_KEEPALIVE: defaulted('24h', duration, 'How often an idle consent is rotated.'),
  TOKEN_CACHE: defaulted(
    'on',
    onOff,
    "Whether a token in memory is handed out without reading its row; `off` keeps it only for when the row can't be read.",
  ),
  WEBHOOKS_FILE: optional(
    file('webhooks.json'),
    "Who is told of a consent's changes: ids, URLs, secrets; the same for all replicas.",
  ),
  WEBHOOKS_TIMEOUT: defaulted('15s', wait, 'How long a receiver has to answer a webhook.'),
  TRACING_ENDPOINT: optional(
    like('http://127.0.0.1:4318/v1/traces', endpoint),
    'Where traces are sent, by OTLP/HTTP in JSON; without it nothing is traced.',
  ),
  TRACING_SAMPLE_RATIO: defaulted(
    '1',
    share,
    'Which share of the traces that begin here is sent; who calls with a `traceparent` decides by its flag.',
  ),
  LOG_LEVEL: defaulted(
    'info',
    like('info', choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent')),
    'The least level that is logged; who was handed which token is logged at `info`.',
  ),
}
