import type { Values } from './table.ts'

type Some = Partial<Values>

const KEY_SETTINGS = ['CALLER_JWKS_URL', 'CALLER_JWKS_FILE'] as const

/** Rules between the settings that say who may call. */
export const CALLER_CHECKS: readonly ((values: Some) => string | null)[] = [
  someCallers,
  oneKeySource,
  needsWith('CALLER_ISSUER', 'https://id.example.nl'),
  needsWith('CALLER_AUDIENCE', 'token-broker'),
  noUseAlone('CALLER_ISSUER'),
  noUseAlone('CALLER_AUDIENCE'),
  noUseAlone('CALLER_TOKEN_MAX_AGE'),
  reloadWithinMaxAge,
]

function someCallers({ CALLERS_FILE, CALLER_JWKS_URL, CALLER_JWKS_FILE }: Some): string | null {
  if (CALLERS_FILE !== null || CALLER_JWKS_URL !== null || CALLER_JWKS_FILE !== null) return null
  return (
    'CALLERS_FILE is missing, and so are CALLER_JWKS_URL and CALLER_JWKS_FILE, so nobody could call; ' +
    'a right value is /etc/token-broker/callers.json.'
  )
}

function oneKeySource({ CALLER_JWKS_URL, CALLER_JWKS_FILE }: Some): string | null {
  if (!CALLER_JWKS_URL || !CALLER_JWKS_FILE) return null
  return 'CALLER_JWKS_URL and CALLER_JWKS_FILE are both set; set the one that the keys are to come from.'
}

/** Without them a token that was made for somebody else, or by somebody else, would do (RFC 8725 section 3.9). */
function needsWith(name: 'CALLER_ISSUER' | 'CALLER_AUDIENCE', example: string) {
  return (values: Some): string | null => {
    const source = KEY_SETTINGS.find((setting) => values[setting])
    if (source === undefined || values[name] !== null) return null
    return `${name} is missing beside ${source}; a right value is ${example}.`
  }
}

/** Who sets these believes that JWTs are taken. */
function noUseAlone(name: 'CALLER_ISSUER' | 'CALLER_AUDIENCE' | 'CALLER_TOKEN_MAX_AGE') {
  return (values: Some): string | null => {
    if (!values[name] || KEY_SETTINGS.some((setting) => values[setting] !== null)) return null
    return `${name} is set, but no JWT is taken without keys; set CALLER_JWKS_URL, such as https://id.example.nl/jwks.json, or CALLER_JWKS_FILE.`
  }
}

/** Else keys would run out between two fetches that both went well. */
function reloadWithinMaxAge({ CALLER_JWKS_RELOAD_EVERY: every, CALLER_JWKS_MAX_AGE: maxAge }: Some) {
  if (every === undefined || maxAge === undefined || maxAge >= 2 * every) return null
  return 'CALLER_JWKS_MAX_AGE must be at least twice CALLER_JWKS_RELOAD_EVERY; right values are 24h and 5m.'
}
