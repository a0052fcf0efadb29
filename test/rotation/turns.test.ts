// Whose turn it is at the bank, and when.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './free-slots.part.ts',
  './rotator.part.ts',
  './slots.part.ts',
  './slow-bank.part.ts',
  './stopped.part.ts',
  './times.part.ts',
  './two-brokers.part.ts',
])
