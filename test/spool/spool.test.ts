// The spool's folder, and what is set aside.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./folder.part.ts', './set-aside.part.ts'])
