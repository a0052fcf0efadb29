// What is forgotten, and when.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./retention.part.ts', './revoked.part.ts'])
