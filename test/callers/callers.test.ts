// Who calls.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './jwt.part.ts',
  './known-tokens.part.ts',
  './provider.part.ts',
  './static.part.ts',
])
