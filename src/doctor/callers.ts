import { countRemoteKeys, createFileKeys, parseCallers } from '../callers/index.ts'
import { readSettingFile } from '../file-watch.ts'
import { codeOf } from './attempt.ts'
import { type Finding, ok, warning } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** CALLERS_FILE; raises OperatorError. */
export async function checkCallersFile({ env }: Surroundings): Promise<readonly Finding[]> {
  const { CALLERS_FILE: file } = need(env, 'CALLERS_FILE')
  if (file === null) return [ok('No static callers: CALLERS_FILE is not set.')]
  parseCallers(await readSettingFile('CALLERS_FILE', file))
  return [ok('CALLERS_FILE can be used.')]
}

/** The keys of the identity provider; a start does not wait for them. Raises OperatorError. */
export async function checkCallerKeys({ env, timeoutMs }: Surroundings): Promise<readonly Finding[]> {
  const { CALLER_JWKS_FILE: file, CALLER_JWKS_URL: url } = need(env, 'CALLER_JWKS_FILE', 'CALLER_JWKS_URL')
  if (file !== null) {
    createFileKeys(await readSettingFile('CALLER_JWKS_FILE', file))
    return [ok('CALLER_JWKS_FILE can be used.')]
  }
  if (url === null) return [ok('No JWTs are taken: neither CALLER_JWKS_URL nor CALLER_JWKS_FILE is set.')]
  try {
    const count = await countRemoteKeys(url, timeoutMs / 2)
    return count > 0
      ? [ok(`The identity provider gives ${count} keys.`)]
      : [warning('The identity provider gives no keys: no JWT can be taken.')]
  } catch (error) {
    // jose's own, for another status than 200 and for what is no JSON.
    const why = codeOf(error).replace('ERR_JOSE_GENERIC', 'no 200 with JSON')
    return [warning(`CALLER_JWKS_URL gives no keys (${why}): until it does, JWTs are answered 503.`)]
  }
}
