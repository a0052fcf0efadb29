// Calls of services and of those who run the broker.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './callers.part.ts',
  './client-tokens.part.ts',
  './health.part.ts',
  './hold.part.ts',
  './idempotency.part.ts',
  './import.part.ts',
  './listing.part.ts',
  './storage-down.part.ts',
  './token-problems.part.ts',
])
