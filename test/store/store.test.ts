// Migrations, and statements on other rows.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './after-outage.part.ts',
  './erase.part.ts',
  './migrations.part.ts',
  './named-statements.part.ts',
  './rotation-rules.part.ts',
  './start-checks.part.ts',
  './upgrade.part.ts',
])
