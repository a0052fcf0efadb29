// How consents go on and end at ABN AMRO.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, ['./endings.part.ts', './renewals.part.ts', './revocation.part.ts'])
