// Rows of the comparison.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './answers.part.ts',
  './one-spend.part.ts',
  './our-fault.part.ts',
  './outage.part.ts',
])
