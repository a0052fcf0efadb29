// TLS and headers of our own listeners.
import { runParts } from '../support/parts.ts'

await runParts(import.meta.url, [
  './client-certificate.part.ts',
  './healthcheck.part.ts',
  './headers.part.ts',
  './internal-tls.part.ts',
  './ops.part.ts',
])
