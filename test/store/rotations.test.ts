// Statements on the rows of rotations and of the gate, and what is kept and looked after.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './canary-scope.part.ts',
  './claims.part.ts',
  './conflicts.part.ts',
  './due-cost.part.ts',
  './forgotten-chain.part.ts',
  './gates.part.ts',
  './give-back.part.ts',
  './housekeeping.part.ts',
  './refusal-brake.part.ts',
  './refused-later.part.ts',
  './settle.part.ts',
])
