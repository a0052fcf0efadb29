// How we connect to the bank.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './departure.part.ts',
  './proven-connection.part.ts',
  './second-bank.part.ts',
  './standstill.part.ts',
  './tls-files.part.ts',
  './tls-rejected.part.ts',
  './tls-reload.part.ts',
])
