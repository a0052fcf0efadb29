// What comes of a rotation.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './bad-outcomes.part.ts',
  './moved-on.part.ts',
  './rotated.part.ts',
  './uncertain.part.ts',
  './unknown-commit.part.ts',
])
