// What is sealed.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./key-ring.part.ts', './swaps.part.ts', './vault.part.ts'])
