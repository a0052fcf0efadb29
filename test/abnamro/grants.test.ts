// Rows of a consent's life at ABN AMRO.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './client-tokens.part.ts',
  './payment-walk.part.ts',
  './scopes.part.ts',
  './unreadable-exchange.part.ts',
  './way-back.part.ts',
])
