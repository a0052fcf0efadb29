// Limits.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './bounded.part.ts',
  './connections.part.ts',
  './injection.part.ts',
  './overload.part.ts',
  './rates.part.ts',
  './waiting-room.part.ts',
])
