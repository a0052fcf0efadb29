// The client for callers, openapi/client.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./calls.part.ts', './hand-out.part.ts', './package.part.ts'])
