import { readSettingFile } from '../file-watch.ts'
import { urlProblem } from '../open-webhooks.ts'
import { parseSubscribers } from '../webhooks/index.ts'
import { type Finding, ok } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** WEBHOOKS_FILE; raises OperatorError. Nobody is called. */
export async function checkWebhooks({ env }: Surroundings): Promise<readonly Finding[]> {
  const { WEBHOOKS_FILE: file } = need(env, 'WEBHOOKS_FILE')
  if (file === null) return [ok('Nobody is told of changes: WEBHOOKS_FILE is not set.')]
  const subscribers = parseSubscribers(await readSettingFile('WEBHOOKS_FILE', file), urlProblem)
  return [ok(`WEBHOOKS_FILE can be used: ${subscribers.length} subscribers.`)]
}
