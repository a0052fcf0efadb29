// Settings and what is said of them.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './clock.part.ts',
  './log-destination.part.ts',
  './logger.part.ts',
  './problems.part.ts',
  './settings.part.ts',
  './together.part.ts',
  './warnings.part.ts',
])
