// Certificates bound to tokens, and watched.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./bound-tokens.part.ts', './watch.part.ts'])
