import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { createPrivateServer } from '../../../test/support/embedded-postgres-private.ts'
import { waitFor } from '../../../test/support/wait-for.ts'
import { type ComposeFile, type Condition, mountsOf, portsOf, type Service } from '../compose-file.ts'
import { type Container, healthCommand, type Machine, run } from './containers.ts'
import { forward } from './network.ts'

const SLOW_MS = 60_000
/** The service in whose place an embedded server runs: there is no registry to take the image of. */
const POSTGRES = 'postgres'

export interface Running {
  readonly containers: Map<string, Container>
  /** Starts a service, after those it depends on. */
  start(name: string): Promise<void>
  /** Runs it again in its place, as after a crash. */
  again(name: string): void
  /** Runs another command with a service's image, volumes and network. */
  runIn(name: string, command: readonly string[]): Container
  stop(): Promise<void>
}

/** Brings services up by their conditions, as `docker compose up` does. */
export function createProject(file: ComposeFile, machine: Machine): Running {
  const containers = new Map<string, Container>()
  const started = new Map<string, Promise<void>>()
  const releases: (() => unknown)[] = []
  const find = (name: string): [string, Service] => {
    const service = file.services[name]
    assert.ok(service, `there is no service ${name}`)
    return [name, service]
  }

  function start(name: string): Promise<void> {
    const known = started.get(name) ?? startNew(...find(name))
    started.set(name, known)
    return known
  }

  async function startNew(name: string, service: Service): Promise<void> {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      await start(other)
      await until(other, condition)
    }
    if (name === POSTGRES) return startPostgres(service)
    if (service.network_mode === undefined) {
      const address = machine.network.add(name)
      machine.hosts.push(`${address} ${name}`)
      for (const { host, port, inside } of portsOf(service))
        releases.unshift(await forward({ host, port }, { host: address, port: inside }))
    }
    containers.set(name, run(machine, [name, service]))
  }

  async function until(name: string, condition: Condition): Promise<void> {
    const container = containers.get(name)
    if (container === undefined || condition === 'service_started') return
    if (condition === 'service_completed_successfully')
      return assert.equal(await container.ended, 0, container.output())
    await waitFor(`${name} to be well`, () => isWell(name, container), SLOW_MS)
  }

  async function isWell(name: string, { child, output }: Container): Promise<boolean> {
    assert.equal(child.exitCode, null, output())
    return (await run(machine, find(name), healthCommand(machine, find(name)[1])).ended) === 0
  }

  /** As its image does it: a role and a database by the environment, the password by its file. */
  async function startPostgres(service: Service): Promise<void> {
    const {
      POSTGRES_USER: user,
      POSTGRES_DB: db,
      POSTGRES_PASSWORD_FILE: file = '',
    } = service.environment ?? {}
    const mount = mountsOf(service).find(({ target }) => file.startsWith(`${target}/`))
    assert.ok(mount, `${file} is on no volume of the service`)
    const password = readFileSync(
      join(machine.folder, 'volumes', mount.source, file.slice(mount.target.length)),
      'utf8',
    )
    const flags = (service.command ?? []).filter((word) => word.includes('='))
    const settings = Object.fromEntries(flags.map((flag) => flag.split(/=(.*)/s).slice(0, 2)))
    const server = await createPrivateServer({ settings })
    releases.unshift(() => server.destroy())
    const client = new pg.Client(server.url)
    await client.connect()
    await client.query(`create role ${user} login superuser password ${client.escapeLiteral(password)}`)
    await client.query(`create database ${db} owner ${user}`)
    await client.end()
    const { gateway } = machine.network
    machine.hosts.push(`${gateway} ${POSTGRES}`)
    releases.unshift(await forward({ host: gateway, port: 5432 }, { host: '127.0.0.1', port: server.port }))
  }

  async function stop(): Promise<void> {
    for (const { child } of containers.values()) child.kill('SIGKILL')
    for (const release of releases) await release()
  }

  const again = (name: string) => void containers.set(name, run(machine, find(name)))
  return { containers, start, again, runIn: (name, command) => run(machine, find(name), command), stop }
}
