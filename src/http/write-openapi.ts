import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { buildDocument, printDocument } from './internal/document.ts'

const folder = new URL('../../openapi/', import.meta.url)
const file = new URL('openapi.json', folder)

await mkdir(folder, { recursive: true })
await writeFile(file, printDocument(await buildDocument()))
console.log(`Wrote ${fileURLToPath(file)}.`)
