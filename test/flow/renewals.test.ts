// Renewals, and processes that die in an exchange.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./crash.part.ts', './renewal-staged.part.ts', './renewal.part.ts'])
