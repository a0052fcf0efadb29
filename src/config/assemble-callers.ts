import type { CallerJwtSettings, CallerKeySettings, CallerSettings } from './settings.ts'
import type { Values } from './table.ts'

/** Puts the settings of who may call in their places. */
export function assembleCallers(values: Values): CallerSettings {
  return {
    file: values.CALLERS_FILE,
    reloadEveryMs: values.CALLERS_RELOAD_EVERY,
    jwt: assembleJwt(values),
  }
}

function assembleJwt(values: Values): CallerJwtSettings | null {
  const { CALLER_ISSUER: issuer, CALLER_AUDIENCE: audience } = values
  const keys = assembleKeys(values)
  // The checks see to it that none of the three is there alone.
  if (keys === null || issuer === null || audience === null) return null
  return {
    keys,
    issuer,
    audience,
    algorithms: values.CALLER_ALGORITHMS,
    idClaim: values.CALLER_ID_CLAIM,
    permissionsClaim: values.CALLER_PERMISSIONS_CLAIM,
    toleranceMs: values.CALLER_CLOCK_TOLERANCE,
    maxTokenAgeMs: values.CALLER_TOKEN_MAX_AGE,
  }
}

function assembleKeys(values: Values): CallerKeySettings | null {
  const { CALLER_JWKS_URL: url, CALLER_JWKS_FILE: file } = values
  if (file !== null) return { file }
  if (url === null) return null
  return {
    url,
    reloadEveryMs: values.CALLER_JWKS_RELOAD_EVERY,
    cooldownMs: values.CALLER_JWKS_COOLDOWN,
    maxAgeMs: values.CALLER_JWKS_MAX_AGE,
  }
}
