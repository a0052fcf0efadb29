import {
  createFileKeys,
  createJwtCallers,
  createRemoteKeys,
  isJwtShaped,
  type KeySource,
  parseCallers,
  type StaticCallers,
} from './callers/index.ts'
import type { CallerJwtSettings, CallerKeySettings, CallerSettings } from './config.ts'
import { type RecognizeCaller, UNKNOWN_KEY } from './core/recognition.ts'
import { readSettingFile, watchFile } from './file-watch.ts'
import type { Releasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'

/** Runs beside the service until its signal is aborted. */
type Task = (signal: AbortSignal) => Promise<void>

interface Opening extends Pick<Surroundings, 'clock' | 'log'> {
  readonly reloadEveryMs: number
  readonly tasks: Task[]
}

/**
 * Learns who may call, and keeps it up to date. Raises OperatorError for a file that can't be used; an identity
 * provider that does not answer yet is no reason not to start.
 */
export async function openCallers(
  { file, reloadEveryMs, jwt }: CallerSettings,
  { clock, log }: Pick<Surroundings, 'clock' | 'log'>,
  releasers: Releasers,
): Promise<RecognizeCaller> {
  const opening: Opening = { clock, log, reloadEveryMs, tasks: [] }
  const recognizeKey = file === null ? () => null : await openStaticCallers(file, opening)
  const recognizeJwt = jwt === null ? null : await openJwtCallers(jwt, opening)
  runTasks(opening, releasers)
  return (token) =>
    recognizeJwt !== null && isJwtShaped(token) ? recognizeJwt(token) : (recognizeKey(token) ?? UNKNOWN_KEY)
}

async function openStaticCallers(file: string, opening: Opening): Promise<StaticCallers> {
  const content = await readSettingFile('CALLERS_FILE', file)
  let recognize = parseCallers(content)
  const use = (changed: string) => {
    recognize = parseCallers(changed)
  }
  watch('CALLERS_FILE', { file, content, use }, opening)
  return (key) => recognize(key)
}

async function openJwtCallers(jwt: CallerJwtSettings, opening: Opening): Promise<RecognizeCaller> {
  const keys = await openKeys(jwt.keys, opening)
  return createJwtCallers({ rules: jwt, keys, clock: opening.clock })
}

async function openKeys(settings: CallerKeySettings, opening: Opening): Promise<KeySource> {
  if ('url' in settings) {
    const remote = createRemoteKeys({ ...settings, ...opening, reloadEveryMs: settings.reloadEveryMs })
    opening.tasks.push(remote.run)
    return remote
  }
  const content = await readSettingFile('CALLER_JWKS_FILE', settings.file)
  const keys = createFileKeys(content)
  watch('CALLER_JWKS_FILE', { file: settings.file, content, use: keys.use }, opening)
  return keys
}

interface Watched {
  readonly file: string
  readonly content: string
  readonly use: (content: string) => void
}

function watch(setting: string, watched: Watched, { clock, log, reloadEveryMs, tasks }: Opening): void {
  const options = { setting, ...watched, everyMs: reloadEveryMs, clock, log }
  tasks.push((signal) => watchFile(options, signal))
}

function runTasks({ tasks }: Opening, releasers: Releasers): void {
  const stopping = new AbortController()
  const running = tasks.map((task) => task(stopping.signal))
  releasers.add(async () => {
    stopping.abort()
    await Promise.all(running)
  })
}
