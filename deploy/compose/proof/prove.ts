import { strict as assert } from 'node:assert'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '../../../test/support/wait-for.ts'
import { portsOf, readComposeFile } from '../compose-file.ts'
import type { Container, Machine } from './containers.ts'
import { ACCOUNT, createDeveloper } from './customer.ts'
import { readImage } from './images.ts'
import { createNetwork } from './network.ts'
import { createProject, type Running } from './up.ts'

/**
 * Runs the services of docker-compose.yml from images that were built, and walks what a developer does. In a network
 * namespace of its own: see prove.sh. Arguments: image and mounted root of the service, then those for development.
 */
const [image = '', root = '', developmentImage = '', developmentRoot = ''] = process.argv.slice(2)
const file = readComposeFile()
const folder = mkdtempSync(join(tmpdir(), 'token-broker-compose-'))
const machine: Machine = {
  folder,
  network: createNetwork(),
  images: {
    'token-broker': readImage(image, root),
    'token-broker-development': readImage(developmentImage, developmentRoot),
  },
  hosts: [],
}
const project = createProject(file, machine)
try {
  await prove(project)
} finally {
  await project.stop()
  rmSync(folder, { recursive: true, force: true })
}

function tell(text: string): void {
  process.stdout.write(`ok - ${text}\n`)
}

function portOf(name: string, inside: number): number {
  const found = portsOf(file.services[name] ?? { image: '' }).find((one) => one.inside === inside)
  assert.ok(found, `${name} publishes no ${inside}`)
  assert.equal(found.host, '127.0.0.1')
  return found.port
}

function containerOf(name: string): Container {
  const container = project.containers.get(name)
  assert.ok(container)
  return container
}

async function outputOf(name: string, ...command: string[]): Promise<string> {
  const { ended, output } = project.runIn(name, command)
  assert.equal(await ended, 0, output())
  return output()
}

async function untilReady(name: string): Promise<void> {
  const { child, output } = containerOf(name)
  const url = `http://127.0.0.1:${portOf(name, 8080)}/readyz`
  const isReady = () =>
    fetch(url).then(
      ({ ok }) => ok || child.exitCode !== null,
      () => child.exitCode !== null,
    )
  await waitFor(`${name} to be ready`, isReady, 60_000)
  assert.equal(child.exitCode, null, output())
}

async function prove({ start, again }: Running): Promise<void> {
  const both = ['broker-1', 'broker-2']
  for (const name of both) await start(name)
  tell(`started in their order: ${[...project.containers.keys()].join(', ')}; the migration ended with 0`)
  for (const name of both) await untilReady(name)
  const [first, second] = both.map((name) => portOf(name, 8080)) as [number, number]
  for (const name of both) await outputOf(name, 'node', 'src/healthcheck.ts')
  tell('both replicas are ready, and their health checks say so')

  const show = ['node', 'deploy/compose/secrets.ts', 'show', 'ledger']
  const key = (await outputOf('secrets', ...show)).trim()
  await outputOf('secrets', 'node', 'deploy/compose/secrets.ts', 'make')
  assert.equal((await outputOf('secrets', ...show)).trim(), key)
  tell('secrets were made, a second run changed none, and a key is shown to the developer')

  const authority = join(folder, 'volumes', 'secrets-bank', 'ca.pem')
  const developer = createDeveloper(key, authority)
  const { id, link } = await developer.giveConsent(first)
  assert.ok(link.startsWith(`http://localhost:${portOf('broker-1', 8081)}/start/`), link)
  const there = await developer.token(first, id)
  const here = await developer.token(second, id)
  assert.equal(there.status, 200)
  assert.equal(here.body.access_token, there.body.access_token)
  tell('a customer gave a consent at the practice bank, and both replicas hand out its token')

  const viaSecond = await developer.giveConsent(second)
  assert.ok(viaSecond.link.startsWith(`http://localhost:${portOf('broker-2', 8081)}/start/`))
  tell('the second replica runs the flow by itself, too')

  const status = JSON.parse(await outputOf('cli', 'node', 'src/cli/main.ts', 'status', '--json'))
  assert.equal(status.consents.active, 2, JSON.stringify(status))
  tell('the command line, in its own service, tells of both consents')

  const bank = `https://localhost:${portOf('practice-bank', 9400)}`
  const headers = { authorization: `Bearer ${here.body.access_token}`, 'api-key': 'practice-api-key' }
  const info = await developer.fetchPage(`${bank}/v1/consentinfo`, { headers })
  assert.equal(((await info.json()) as { iban: string }).iban, ACCOUNT)
  const url = `https://localhost:${portOf('practice-bank', 9401)}/as/token.oauth2`
  await assert.rejects(developer.fetchPage(url, { method: 'POST', body: '' }).then((answer) => answer.text()))
  tell('the bank takes the token, and talks to nobody at its token endpoint who shows no certificate')

  await proveCrash(developer, { id, first, second, again })
  await proveDrain(developer, { id, both })
  await developer.close()
}

interface Walked {
  readonly id: string
  readonly first: number
  readonly second: number
  readonly again: (name: string) => void
}

type Developer = ReturnType<typeof createDeveloper>

async function proveCrash(developer: Developer, { id, first, second, again }: Walked): Promise<void> {
  const { child, ended } = containerOf('broker-1')
  child.kill('SIGKILL')
  await ended
  const { body } = await developer.token(second, id)
  const rotated = await developer.token(second, id, { rejected_token: body.access_token })
  assert.equal(rotated.status, 200)
  assert.notEqual(rotated.body.access_token, body.access_token)
  tell('with the first replica killed, the second hands out, and rotates')

  again('broker-1')
  await untilReady('broker-1')
  assert.equal((await developer.token(first, id)).body.access_token, rotated.body.access_token)
  tell('started again on its own spool, the first hands out the new token')
}

async function proveDrain(
  developer: Developer,
  { id, both }: { id: string; both: readonly string[] },
): Promise<void> {
  const rss = both.map((name) => memoryOf(containerOf(name)))
  const beganAt = performance.now()
  for (const name of both) containerOf(name).child.kill('SIGTERM')
  const ports = both.map((name) => portOf(name, 8080))
  for (const port of ports) {
    const url = `http://127.0.0.1:${port}/readyz`
    await waitFor('its readiness to end', () => fetch(url).then(({ status }) => status === 503))
    assert.equal((await developer.token(port, id)).status, 200)
  }
  for (const name of both) assert.equal(await containerOf(name).ended, 0, containerOf(name).output())
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1)
  tell(
    `SIGTERM drains both: unready, still serving, over with 0 after ${seconds} s; ${rss.join(', ')} at most`,
  )
}

function memoryOf({ child }: Container): string {
  return /VmHWM:\s*(\d+ kB)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 'unknown'
}
