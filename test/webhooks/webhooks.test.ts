import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './rules.part.ts',
  './store.part.ts',
  './lane.part.ts',
  './expiring.part.ts',
  './upgrade.part.ts',
  './life.part.ts',
  './delivery.part.ts',
])
