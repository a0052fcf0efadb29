import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ROOT } from './packages.ts'
import { createSbom } from './sbom.ts'

const folder = new URL('sbom/', ROOT)
const file = fileURLToPath(new URL('token-broker.cdx.json', folder))
const sbom = createSbom()
mkdirSync(folder, { recursive: true })
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`)
process.stdout.write(`Wrote ${file}: ${sbom.components.length} packages.\n`)
