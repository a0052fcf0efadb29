// The practice bank: its pages, its API and its command.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './accounts.part.ts',
  './authorization.part.ts',
  './batch.part.ts',
  './command.part.ts',
  './consent-application.part.ts',
  './faults.part.ts',
  './ledger.part.ts',
  './mutual-tls.part.ts',
  './payments.part.ts',
  './token-endpoint.part.ts',
])
