// How we connect to the bank, what it says and what we make of it.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './answer-headers.part.ts',
  './consent-info.part.ts',
  './departure.part.ts',
  './exchange.part.ts',
  './lane.part.ts',
  './outcome.part.ts',
  './profile.part.ts',
  './proven-connection.part.ts',
  './revocation.part.ts',
  './scopes.part.ts',
  './second-bank.part.ts',
  './standstill.part.ts',
  './tls-files.part.ts',
  './tls-rejected.part.ts',
  './tls-reload.part.ts',
])
