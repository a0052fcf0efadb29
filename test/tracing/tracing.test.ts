// Traces. What is not loaded without them is seen before anything else has been.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./collector.part.ts', './statements.part.ts', './walk.part.ts'])
