// Schema, statements and what is kept and looked after.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './after-outage.part.ts',
  './canary-scope.part.ts',
  './claims.part.ts',
  './conflicts.part.ts',
  './due-cost.part.ts',
  './erase.part.ts',
  './forgotten-chain.part.ts',
  './gates.part.ts',
  './give-back.part.ts',
  './housekeeping.part.ts',
  './migrations.part.ts',
  './named-statements.part.ts',
  './refusal-brake.part.ts',
  './refused-later.part.ts',
  './rotation-rules.part.ts',
  './settle.part.ts',
  './start-checks.part.ts',
  './upgrade.part.ts',
])
