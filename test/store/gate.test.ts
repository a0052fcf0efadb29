// The gate, and what is kept and looked after.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './canary-scope.part.ts',
  './gates.part.ts',
  './housekeeping.part.ts',
  './refusal-brake.part.ts',
])
