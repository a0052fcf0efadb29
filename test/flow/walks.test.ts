// Customers' ways to the bank and back, renewals, and processes that die meanwhile.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './confirm.part.ts',
  './crash.part.ts',
  './exchange.part.ts',
  './link-end.part.ts',
  './refusals.part.ts',
  './renewal-staged.part.ts',
  './renewal.part.ts',
  './revoke.part.ts',
  './undone.part.ts',
  './walk.part.ts',
])
