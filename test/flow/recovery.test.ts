// What is left of a crash, and a rescue.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./crash.part.ts', './rescue.part.ts'])
