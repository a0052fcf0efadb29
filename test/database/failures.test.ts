// A database that fails.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './failover.part.ts',
  './half-open.part.ts',
  './pgbouncer.part.ts',
  './standbys.part.ts',
])
