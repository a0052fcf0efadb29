import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printLicences, refusedLicences } from './licences.ts'
import { productionPackages } from './packages.ts'

const file = fileURLToPath(new URL('../third-party.md', import.meta.url))
const packages = productionPackages()
const refused = refusedLicences(packages)
writeFileSync(file, printLicences(packages))
process.stdout.write(`Wrote ${file}.\n`)
for (const { name, version, license } of refused) {
  process.stderr.write(`${name}@${version}: ${license} is not among the licences agreed to (licences.ts).\n`)
}
process.exitCode = refused.length === 0 ? 0 : 1
