// How the service ends.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./drain.part.ts', './drain-process.part.ts'])
