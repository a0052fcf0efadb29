// Attacks on a customer's way.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./callback.part.ts', './links.part.ts'])
