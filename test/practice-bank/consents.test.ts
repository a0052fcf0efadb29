// The practice bank, up to a consent.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './authorization.part.ts',
  './consent-application.part.ts',
  './faults.part.ts',
  './ledger.part.ts',
  './token-endpoint.part.ts',
])
