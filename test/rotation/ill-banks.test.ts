// Banks that are ill, refuse us or are away.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./gate.part.ts', './unreachable.part.ts'])
