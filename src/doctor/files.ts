import { isOpenToOthers } from '../edit-file.ts'
import { type Finding, ok, warning } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

const SECRET_FILES = [
  'ENCRYPTION_KEYS_FILE',
  'BANK_TLS_KEY_FILE',
  'BANK_TLS_KEY_PASSPHRASE_FILE',
  'INTERNAL_TLS_KEY_FILE',
  'INTERNAL_TLS_KEY_PASSPHRASE_FILE',
  'WEBHOOKS_FILE',
] as const

/** Whether anybody on the machine may read what is secret. */
export async function checkFiles({ env }: Surroundings): Promise<readonly Finding[]> {
  const looked = await Promise.all(SECRET_FILES.map((name) => look(env, name)))
  const open = looked.filter((finding) => finding !== null)
  return open.length === 0 ? [ok('Files with secrets are closed to others.')] : open
}

async function look(env: Surroundings['env'], name: (typeof SECRET_FILES)[number]): Promise<Finding | null> {
  const path = readPath(env, name)
  if (path === null || !(await isOpenToOthers(path).catch(() => false))) return null
  return warning(`${name} is open to every user of this machine: chmod o-rwx ${path}`)
}

/** What is wrong with a setting is told with the settings. */
function readPath(env: Surroundings['env'], name: (typeof SECRET_FILES)[number]): string | null {
  try {
    return need(env, name)[name]
  } catch {
    return null
  }
}
