// Statements on the rows of rotations.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './claims.part.ts',
  './conflicts.part.ts',
  './due-cost.part.ts',
  './forgotten-chain.part.ts',
  './give-back.part.ts',
  './refused-later.part.ts',
  './settle.part.ts',
])
