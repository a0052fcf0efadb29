// The command line.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './words.part.ts',
  './printed.part.ts',
  './troubles.part.ts',
  './connection.part.ts',
  './consents.part.ts',
  './import.part.ts',
  './doctor.part.ts',
  './doctor-checks.part.ts',
  './doctor-database.part.ts',
  './webhooks.part.ts',
  './process.part.ts',
])
