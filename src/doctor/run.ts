import { attempt } from './attempt.ts'
import { checkBank } from './bank.ts'
import { checkCallerKeys, checkCallersFile } from './callers.ts'
import { checkDatabase } from './database.ts'
import { checkFiles } from './files.ts'
import type { Finding, Report } from './finding.ts'
import { checkInternalTls, checkPorts } from './listeners.ts'
import { checkSettings } from './settings.ts'
import { checkSpool } from './spool.ts'
import type { Surroundings } from './surroundings.ts'
import { checkWebhooks } from './webhooks.ts'

export type { Finding, Level, Report } from './finding.ts'

type Findings = Promise<readonly Finding[]> | readonly Finding[]

/**
 * Looks at everything that the service needs, all at once; resolves the reports group by group, in their order. It
 * changes nothing: it takes no claim, writes no row and no file, and presents no token.
 */
export function examine(surroundings: Surroundings): readonly Promise<readonly Report[]>[] {
  const one = async (name: string, work: () => Findings) => [await attempt(name, surroundings, work)]
  return [
    one('settings', () => checkSettings(surroundings.env)),
    one('secret files', () => checkFiles(surroundings)),
    checkDatabase(surroundings),
    one('spool', () => checkSpool(surroundings)),
    checkBank(surroundings),
    one('callers', () => checkCallersFile(surroundings)),
    one('caller keys', () => checkCallerKeys(surroundings)),
    one('webhooks', () => checkWebhooks(surroundings)),
    one('internal TLS', () => checkInternalTls(surroundings)),
    one('ports', () => checkPorts(surroundings)),
  ]
}
