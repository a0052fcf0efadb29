// The history: a whole life, its writers, its counts, and who tampers with it.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './hand-out-counts.part.ts',
  './life.part.ts',
  './tampering.part.ts',
  './writers.part.ts',
])
