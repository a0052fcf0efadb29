import { endpoint } from './config/url.ts'
import type { WebhookSettings } from './config.ts'
import type { Receivers } from './core/webhook.ts'
import { readSettingFile, watchFile } from './file-watch.ts'
import type { Releasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'
import { openReceivers } from './webhooks/index.ts'

/** Learns who is told of changes, and keeps it up to date; raises OperatorError for a file that can't be used. */
export async function openWebhooks(
  { file, timeoutMs, reloadEveryMs }: WebhookSettings,
  { clock, log }: Pick<Surroundings, 'clock' | 'log'>,
  releasers: Releasers,
): Promise<Receivers> {
  const content = file === null ? '[]' : await readSettingFile('WEBHOOKS_FILE', file)
  const receivers = openReceivers({ json: content, timeoutMs, urlProblem })
  releasers.add(() => receivers.close())
  if (file === null) return receivers
  const stopping = new AbortController()
  const { use } = receivers
  const options = { setting: 'WEBHOOKS_FILE', file, content, everyMs: reloadEveryMs, clock, log, use }
  const watching = watchFile(options, stopping.signal)
  releasers.add(async () => {
    stopping.abort()
    await watching
  })
  return receivers
}

/** What is wrong with a subscriber's URL; null where nothing is. */
export function urlProblem(text: string): string | null {
  const parsed = endpoint.read(text)
  return 'problem' in parsed ? parsed.problem : null
}
