import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { productionPackages, ROOT } from './packages.ts'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
}

interface Dependency {
  readonly ref: string
  readonly dependsOn?: readonly string[]
}

/** CycloneDX 1.5, as far as it is looked at here. */
export interface Sbom {
  readonly serialNumber?: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly Dependency[]
}

const NPM = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application']

/**
 * Lists what the production image holds, from the lockfile alone. npm describes the packages; which of them belong
 * there is decided here, for `npm sbom --omit=dev` leaves out each package that a development one needs as well.
 */
export function createSbom(): Sbom {
  const options = { cwd: fileURLToPath(ROOT), encoding: 'utf8', maxBuffer: 2 ** 26 } as const
  const whole: Sbom = JSON.parse(execFileSync('npm', NPM, options))
  const names = new Set(productionPackages().map(({ name, version }) => `${name}@${version}`))
  const components = whole.components.filter(({ name, version }) => names.has(`${name}@${version}`))
  const kept = new Set([whole.metadata.component, ...components].map((component) => component['bom-ref']))
  const dependencies = whole.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }))
  return reproducible({ ...whole, components, dependencies })
}

/** The same lockfile gives the same bytes: no time, no name of a folder, and a number made of the content. */
function reproducible({ serialNumber: _, metadata: { timestamp: __, ...metadata }, ...rest }: Sbom): Sbom {
  const component = { ...metadata.component, name: 'token-broker' }
  const content = { ...rest, metadata: { ...metadata, component } }
  return { ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` }
}

/** Version 8: what is in it is up to us (RFC 9562 section 5.8). */
function uuidOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
