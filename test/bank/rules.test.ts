// What the bank says and what we make of it.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './answer-headers.part.ts',
  './consent-info.part.ts',
  './exchange.part.ts',
  './lane.part.ts',
  './outcome.part.ts',
  './profile.part.ts',
  './revocation.part.ts',
  './scopes.part.ts',
])
