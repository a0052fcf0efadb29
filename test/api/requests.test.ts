// The document, and requests that are refused.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './bad-bodies.part.ts',
  './bad-fields.part.ts',
  './bad-queries.part.ts',
  './documentation.part.ts',
  './openapi.part.ts',
  './wire.part.ts',
])
