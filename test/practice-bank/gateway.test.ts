// The practice bank's API.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './accounts.part.ts',
  './batch.part.ts',
  './mutual-tls.part.ts',
  './payments.part.ts',
])
