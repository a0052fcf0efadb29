import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
}

// openapi-typescript writes by TypeScript's old programming interface, which TypeScript 7 no longer has.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? '@ts-morph/common/dist/typescript.js' : specifier, context),
})
const { default: readTypes, astToString } = await import('openapi-typescript')

const source = new URL('openapi.json', import.meta.url)
const folder = new URL('client/src/', import.meta.url)
const text = await readFile(source, 'utf8')
const document: Document = JSON.parse(text)
const digest = createHash('sha256').update(text).digest('hex')
// What has a default may be left out of a request; what an answer has says the document itself.
const OPTIONS = { immutable: true, silent: true, defaultNonNullable: false }
const head = `// Written by \`npm run openapi\` from openapi/openapi.json, SHA-256 ${digest}.`

const types = astToString(await readTypes(text, OPTIONS))
await writeFile(new URL('schema.ts', folder), `${head}\n${types}`)
await writeFile(new URL('operations.ts', folder), `${head}\n\n${printOperations(document)}`)
process.stdout.write(`Wrote schema.ts and operations.ts to ${fileURLToPath(folder)}.\n`)

/** The one thing of the document that is needed when a call is made: where it goes. */
function printOperations({ paths }: Document): string {
  const lines = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `  ${operationId}: '${method.toUpperCase()} ${path}',`,
    ),
  )
  return `/** Method and path of each call. */\nexport const OPERATIONS = {\n${lines.join('\n')}\n} as const\n`
}
