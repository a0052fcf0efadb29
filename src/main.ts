import closeWithGrace from 'close-with-grace'
import { systemClock } from './clock.ts'
import { type Service, startService } from './compose.ts'
import { readSettings, type Settings } from './config.ts'
import { OperatorError } from './core/errors.ts'
import { DRAIN_PAUSE_MS, graceMs } from './grace.ts'
import { createLogger, type Logger } from './logger.ts'
import { tellOfBank } from './tell-of-bank.ts'

type ErrorEvent = 'uncaughtException' | 'unhandledRejection'

try {
  const settings = readSettings(process.env)
  const log = createLogger({ level: settings.logLevel })
  for (const warning of settings.warnings) log.warn(warning)
  await run(settings, log)
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

/** Runs until a signal comes; one that comes before the start is complete ends it, for nothing is held yet. */
async function run(settings: Settings, log: Logger): Promise<void> {
  let service: Service | null = null
  const delay = graceMs(settings.bank)
  const skip: ErrorEvent[] = ['uncaughtException', 'unhandledRejection']
  let [ending, failed] = [false, false]
  const draining = new AbortController()
  const grace = closeWithGrace({ delay, logger: log, skip }, async ({ signal }) => {
    ending = true
    draining.abort()
    log.info({ signal }, 'draining')
    await service?.stop()
    if (failed) process.exit(1)
  })
  /** Ends as a signal does. By itself the drain would be cut off by the next error, and answers with it. */
  const onError = (err: unknown) => {
    log.error({ err }, 'an error nobody handled; ending')
    failed = true
    if (!ending) void grace.close()
  }
  for (const event of skip) process.on(event, onError)
  try {
    service = await startService(settings, { clock: systemClock, log, drainPauseMs: DRAIN_PAUSE_MS })
    void tellOfBank(settings, { clock: systemClock, log }, draining.signal)
  } catch (error) {
    grace.uninstall()
    for (const event of skip) process.off(event, onError)
    throw error
  }
}
