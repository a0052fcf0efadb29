// What Consent Info tells.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './check-account.part.ts',
  './granted.part.ts',
  './regulatory-clock.part.ts',
  './rejected-token.part.ts',
])
