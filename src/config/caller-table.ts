import { duration, tolerance, wait } from './duration.ts'
import { readableFile } from './file.ts'
import { choice, choices, like, word } from './parser.ts'
import { defaulted, optional } from './setting.ts'
import { endpoint } from './url.ts'

const file = (name: string) => like(`/etc/token-broker/${name}`, readableFile)

/** No `none`, and no HMAC: whoever could check such a token could make one (RFC 8725 sections 3.1 and 3.2). */
const algorithms = choices(
  'RS256',
  'PS256',
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS384',
  'RS512',
  'PS384',
  'PS512',
  'ES384',
  'ES512',
)

/** Who may call: static keys, JWTs of an identity provider, or both. */
export const WHO_MAY_CALL = {
  CALLERS_FILE: optional(
    file('callers.json'),
    'The static callers: ids, SHA-256 of their keys, permissions. Required where no JWTs are taken.',
  ),
  CALLERS_RELOAD_EVERY: defaulted(
    '5s',
    wait,
    'How often `CALLERS_FILE`, `CALLER_JWKS_FILE` and `WEBHOOKS_FILE` are looked at: what has changed counts from then on.',
  ),
  CALLER_JWKS_URL: optional(
    like('https://id.example.nl/jwks.json', endpoint),
    "The keys of the callers' identity provider; callers may then show its JWTs.",
  ),
  CALLER_JWKS_FILE: optional(file('caller-jwks.json'), 'The same, from a file.'),
  CALLER_ISSUER: optional(
    like('https://id.example.nl', word),
    "The `iss` that a caller's JWT must have; required with either.",
  ),
  CALLER_AUDIENCE: optional(word, "What the `aud` of a caller's JWT must be or hold; required with either."),
  CALLER_ALGORITHMS: defaulted(
    'RS256,PS256,ES256,EdDSA,Ed25519',
    algorithms,
    'The signatures that are taken, by commas; `RS`, `PS` and `ES` with 384 and 512 may be added.',
  ),
  CALLER_ID_CLAIM: defaulted(
    'sub',
    choice('sub', 'client_id', 'azp', 'appid', 'cid'),
    "The claim whose value is the caller's id.",
  ),
  CALLER_PERMISSIONS_CLAIM: defaulted(
    'scope',
    choice('scope', 'scp', 'roles'),
    "The claim that holds the caller's permissions: an array, or words with spaces between them.",
  ),
  CALLER_CLOCK_TOLERANCE: defaulted(
    '10s',
    tolerance,
    "How far the identity provider's clock may be off, for `exp`, `nbf` and `iat`.",
  ),
  CALLER_TOKEN_MAX_AGE: optional(
    like('1h', duration),
    'The greatest age of a JWT by its `iat`, which it then needs; without it, `exp` alone decides.',
  ),
  CALLER_JWKS_RELOAD_EVERY: defaulted(
    '5m',
    wait,
    'How often `CALLER_JWKS_URL` is fetched: a key withdrawn there works this long at most while it answers.',
  ),
  CALLER_JWKS_COOLDOWN: defaulted(
    '30s',
    wait,
    'The least time between two fetches, whatever tokens come with unknown keys; a fetch is given as long, at most 5 s.',
  ),
  CALLER_JWKS_MAX_AGE: defaulted(
    '24h',
    duration,
    'How long the keys fetched last are used while `CALLER_JWKS_URL` does not answer.',
  ),
}
