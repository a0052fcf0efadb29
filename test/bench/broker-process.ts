import { systemClock } from '../../src/clock.ts'
import { startService } from '../../src/compose.ts'
import { readSettings } from '../../src/config.ts'
import { createLogger } from '../../src/logger.ts'

const log = createLogger({ level: 'warn' })
const service = await startService(readSettings(process.env), { clock: systemClock, log })
process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)))
process.send?.(service.internalUrl)
