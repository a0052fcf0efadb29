// What people ask: lists, words, counts, statistics.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './explain.part.ts',
  './listing-cost.part.ts',
  './listing-model.part.ts',
  './statistics.part.ts',
  './summary.part.ts',
])
