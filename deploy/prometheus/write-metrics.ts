import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { metricsPage } from './metrics-table.ts'

const file = fileURLToPath(new URL('../METRICS.md', import.meta.url))
writeFileSync(file, metricsPage())
process.stdout.write(`Wrote ${file}.\n`)
