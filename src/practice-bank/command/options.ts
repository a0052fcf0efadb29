const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

/** The flags, as node:util reads them. */
export const OPTIONS = {
  help: { ...flag, short: 'h' },
  host: text,
  port: text,
  'token-port': text,
  'client-id': text,
  'api-key': text,
  'redirect-uri': { type: 'string', multiple: true },
  'token-lifetime': text,
  'consent-days': text,
  grace: text,
  revocation: flag,
  tls: text,
} as const

/** What holds where nothing is given: the sandbox's values (ABNAMRO.md §1.2, §3), and the broker's own callback. */
export const USUAL = {
  host: '127.0.0.1',
  port: '9400',
  'token-port': '9401',
  'client-id': 'TPP_test',
  'api-key': 'practice-api-key',
  'redirect-uri': ['http://127.0.0.1:8081/callback', 'https://localhost/auth'],
  'token-lifetime': '7200',
  'consent-days': '90',
  grace: '0',
} as const

/** What `--help` prints. */
export const HELP = `npm run practice-bank [-- flags]

Starts the practice bank alone: an ABN AMRO look-alike for the PSD2 APIs, to develop an integration against.
It is no real bank; all it knows is forgotten when it ends.

  --port <port>             where everything is; ${USUAL.port}
  --tls <folder>            HTTPS, and the token endpoint on a port of its own with mutual TLS, as the bank has it;
                            certificates are made in the folder, or found there
  --token-port <port>       the token endpoint's port with --tls; one more than --port
  --host <address>          what to listen on; ${USUAL.host}
  --client-id <id>          the client id of your TPP; ${USUAL['client-id']}
  --api-key <key>           the API key of your app; ${USUAL['api-key']}
  --redirect-uri <uri>      a registered redirect URI, letter by letter; may be repeated, the first is printed;
                            ${USUAL['redirect-uri'].join(' and ')}
  --token-lifetime <s>      how long access tokens live; ${USUAL['token-lifetime']} seconds
  --consent-days <days>     how long consents live; ${USUAL['consent-days']} days
  --grace <s>               how long a used refresh token still answers; ${USUAL.grace} seconds
  --revocation              there is a revocation endpoint, which ABN AMRO documents none of
  --help, -h                print this

Exit codes: 0 it was stopped by Ctrl-C (SIGINT) or SIGTERM; 1 a flag was wrong, or it could not start.
`
