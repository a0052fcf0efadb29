// Renewals.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./renewal.part.ts', './renewal-staged.part.ts'])
