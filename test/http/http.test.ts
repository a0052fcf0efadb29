// Listeners and pages.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./close.part.ts', './pages.part.ts'])
