// Rows of a consent's life at ABN AMRO, to its end.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './client-tokens.part.ts',
  './endings.part.ts',
  './payment-walk.part.ts',
  './renewals.part.ts',
  './revocation.part.ts',
  './scopes.part.ts',
  './unreadable-exchange.part.ts',
  './way-back.part.ts',
])
