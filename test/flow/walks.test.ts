// Consents from their start to their end.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './confirm.part.ts',
  './exchange.part.ts',
  './link-end.part.ts',
  './refusals.part.ts',
  './revoke.part.ts',
  './undone.part.ts',
  './walk.part.ts',
])
