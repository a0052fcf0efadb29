// Hand-outs.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './adopt.part.ts',
  './cache.part.ts',
  './min-validity.part.ts',
  './rejected-token.part.ts',
  './row-unreadable.part.ts',
  './statuses.part.ts',
  './token-cache.part.ts',
])
