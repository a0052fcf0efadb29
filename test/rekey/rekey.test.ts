// Re-keying.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./command.part.ts', './steps.part.ts'])
