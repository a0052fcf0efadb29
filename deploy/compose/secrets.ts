import { readFileSync } from 'node:fs'
import { CALLERS, keyFile, makeSecrets } from './make-secrets.ts'

/**
 * `make`: makes a developer's secrets, once. `show NAME`: prints the key of a caller. For development: in production no
 * caller's key is kept in the clear on this side.
 */
const ROOT = '/secrets'
const MADE = `The development secrets are there. Keys of the API:
  docker compose run --rm -T secrets show ledger       starts consents and gets tokens
  docker compose run --rm -T secrets show operations   sees everything, and gets no token`

const [task, name = ''] = process.argv.slice(2)
if (task === 'make') {
  await makeSecrets(ROOT)
  process.stdout.write(`${MADE}\n`)
} else if (task === 'show' && name in CALLERS) {
  process.stdout.write(`${readFileSync(keyFile(ROOT, name), 'utf8')}\n`)
} else {
  process.stderr.write(`Usage: secrets.ts make | show ${Object.keys(CALLERS).join('|')}\n`)
  process.exitCode = 1
}
