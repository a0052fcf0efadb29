// How the service starts, and does not.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './bank-away.part.ts',
  './clock-skew.part.ts',
  './liveness.part.ts',
  './main.part.ts',
  './refused-start.part.ts',
  './request-log.part.ts',
])
