// The spool's folder, what is set aside, and what a process that was killed left.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./folder.part.ts', './killed.part.ts', './set-aside.part.ts'])
