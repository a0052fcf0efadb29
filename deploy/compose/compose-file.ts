import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What the proof and the tests read of a service; the schema knows more. */
export interface Service {
  readonly image: string
  readonly build?: unknown
  readonly pull_policy?: string
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly profiles?: readonly string[]
  readonly network_mode?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>
  readonly healthcheck?: { readonly test: readonly [string, ...string[]] }
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly stop_grace_period?: string
  readonly mem_limit?: string
  readonly restart?: string
}

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully'

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

export const COMPOSE_FILE = new URL('../../docker-compose.yml', import.meta.url)

/** Reads docker-compose.yml, its anchors and merges resolved. */
export function readComposeFile(): ComposeFile {
  return parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true })
}

export interface Mount {
  /** A volume's name, or a path of the machine from the compose file's folder. */
  readonly source: string
  readonly target: string
  readonly isReadOnly: boolean
}

/** Reads a service's volumes of the short form, `SOURCE:TARGET[:ro]`. */
export function mountsOf({ volumes = [] }: Service): readonly Mount[] {
  return volumes.map((volume) => {
    const [source = '', target = '', access] = volume.split(':')
    return { source, target, isReadOnly: access === 'ro' }
  })
}

export interface Published {
  readonly host: string
  readonly port: number
  readonly inside: number
}

/** Reads a service's ports of the form `HOST:PORT:INSIDE`. */
export function portsOf({ ports = [] }: Service): readonly Published[] {
  return ports.map((line) => {
    const [host = '', port, inside] = line.split(':')
    return { host, port: Number(port), inside: Number(inside) }
  })
}
