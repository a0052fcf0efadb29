// Secrets stay where they belong.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./secret-search.part.ts', './whole-run.part.ts'])
