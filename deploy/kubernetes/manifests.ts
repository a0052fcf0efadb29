import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme?: string }
  readonly periodSeconds: number
  readonly failureThreshold: number
}

export interface Container {
  readonly args: readonly string[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly volumeMounts: readonly {
    readonly name: string
    readonly mountPath: string
    readonly readOnly?: boolean
  }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly resources: { readonly limits: { readonly memory: string } }
  readonly securityContext: object
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number
    readonly automountServiceAccountToken: boolean
    readonly enableServiceLinks: boolean
    readonly serviceAccountName: string
    readonly securityContext: object
    readonly containers: readonly [Container]
    readonly volumes: readonly { readonly name: string; readonly secret: { readonly secretName: string } }[]
  }
}

/** An object of the cluster, as far as every one has it; what it is for stands in `spec`. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  // biome-ignore lint/suspicious/noExplicitAny: each kind has another, and kinds are told apart by who asks for them
  readonly spec?: any
}

const FOLDER = new URL('./', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, FOLDER), 'utf8')

/** Reads the objects of one kustomization, without its patches. */
export function readManifests(folder: string): readonly Manifest[] {
  const { resources } = parse(read(`${folder}/kustomization.yaml`)) as { resources: readonly string[] }
  const files = resources.filter((path) => path.endsWith('.yaml'))
  return files.flatMap((path) =>
    // Merge keys are not resolved: kustomize would, but plain YAML 1.2 has none.
    parseAllDocuments(read(`${folder}/${path}`)).map((document) => document.toJS() as Manifest),
  )
}

/** Reads the settings of the base. */
export function readBaseSettings(): NodeJS.Dict<string> {
  return parseEnv(read('base/settings.env'))
}
