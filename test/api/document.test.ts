// The OpenAPI document, and its page.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./documentation.part.ts', './openapi.part.ts'])
