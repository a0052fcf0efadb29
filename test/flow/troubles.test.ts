// Answers that are late, lost or unreadable.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './attempts.part.ts',
  './browser-safety.part.ts',
  './lost-commit.part.ts',
  './malformed.part.ts',
  './outage.part.ts',
  './rescue.part.ts',
  './slow-bank.part.ts',
])
