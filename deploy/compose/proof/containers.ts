import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mountsOf, type Service } from '../compose-file.ts'
import type { Image } from './images.ts'
import type { Network } from './network.ts'

const ENTER = fileURLToPath(new URL('../../image/enter.sh', import.meta.url))

export interface Container {
  readonly child: ChildProcess
  readonly output: () => string
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

export interface Machine {
  readonly folder: string
  readonly network: Network
  readonly images: Readonly<Record<string, Image>>
  /** Lines of /etc/hosts, by which services find one another. */
  readonly hosts: string[]
}

/** Runs a service of the compose file, or another command in its place, as a container runtime would. */
export function run(
  machine: Machine,
  [name, service]: [string, Service],
  command?: readonly string[],
): Container {
  const image = imageOf(machine, service)
  const words = command ?? [
    ...(service.entrypoint ?? image.entrypoint),
    ...(service.command ?? image.command),
  ]
  const env = { ...image.environment, ...service.environment }
  const network = networkOf(machine, name, service.network_mode)
  const [program = '', ...rest] = [
    ...network,
    ENTER,
    image.root,
    ...volumes(machine, service),
    '--',
    ...words,
  ]
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code) }
}

/** Its own, none, or that of another service. */
function networkOf({ network }: Machine, name: string, mode?: string): readonly string[] {
  if (mode === 'none') return ['unshare', '--net']
  return network.enter(mode?.replace(/^service:/, '') ?? name)
}

/** What tells whether it is well: the service's own check, else its image's. */
export function healthCommand(machine: Machine, service: Service): readonly string[] {
  return (service.healthcheck?.test ?? imageOf(machine, service).health).slice(1)
}

function imageOf({ images }: Machine, { image: name }: Service): Image {
  const image = images[name]
  if (image === undefined) throw new Error(`there is no image ${name}`)
  return image
}

function volumes(machine: Machine, service: Service): readonly string[] {
  const hosts = join(machine.folder, 'hosts')
  writeFileSync(hosts, `${['127.0.0.1 localhost', ...machine.hosts].join('\n')}\n`)
  const mounts = mountsOf(service).map(({ source, target, isReadOnly }) => {
    const { root } = imageOf(machine, service)
    return `${volume(machine, source, join(root, target))}:${target}${isReadOnly ? ':ro' : ''}`
  })
  return [`${hosts}:/etc/hosts:ro`, ...mounts]
}

/** A new volume takes owner and permissions of the folder that it is mounted over, as Docker does it. */
function volume({ folder }: Machine, name: string, model: string): string {
  const place = join(folder, 'volumes', name)
  if (existsSync(place)) return place
  mkdirSync(place, { recursive: true })
  const { uid, gid, mode } = existsSync(model) ? statSync(model) : { uid: 0, gid: 0, mode: 0o755 }
  chownSync(place, uid, gid)
  chmodSync(place, mode & 0o777)
  return place
}
