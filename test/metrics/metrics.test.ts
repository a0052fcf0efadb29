// What is measured, and what is deployed to look at it.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./counts.part.ts', './deployed.part.ts', './overview.part.ts'])
