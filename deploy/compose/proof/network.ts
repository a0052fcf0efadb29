import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface Network {
  /** The machine itself, as services see it. */
  readonly gateway: string
  /** Gives a service a network of its own, with an address that the others reach; resolves that. */
  add(service: string): string
  /** What runs a command in a service's network. */
  enter(service: string): readonly string[]
}

const ip = (...words: string[]) => execFileSync('ip', words)

/** Joins services by a bridge, in the network namespace of this process; they end with that. */
export function createNetwork(): Network {
  const gateway = '10.89.0.1'
  let last = 1
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'services', 'type', 'bridge')
  ip('address', 'add', `${gateway}/24`, 'dev', 'services')
  ip('link', 'set', 'services', 'up')

  function add(service: string): string {
    last += 1
    const address = `10.89.0.${last}`
    const inside = (...words: string[]) => ip('-netns', service, ...words)
    ip('netns', 'add', service)
    ip('link', 'add', `v${last}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', service)
    ip('link', 'set', `v${last}`, 'master', 'services', 'up')
    inside('link', 'set', 'lo', 'up')
    inside('address', 'add', `${address}/24`, 'dev', 'eth0')
    inside('link', 'set', 'eth0', 'up')
    return address
  }

  return { gateway, add, enter: (service) => ['ip', 'netns', 'exec', service] }
}

/** Hands connections on, as a published port does; resolves what ends it. */
export async function forward(from: Endpoint, to: Endpoint): Promise<() => void> {
  const server = createServer((near) => {
    const far = connect(to)
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  server.listen(from.port, from.host)
  await once(server, 'listening')
  return () => void server.close()
}
