// What docker-compose.yml promises, read by a YAML parser.
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import {
  COMPOSE_FILE,
  mountsOf,
  portsOf,
  readComposeFile,
  type Service,
} from '../../deploy/compose/compose-file.ts'
import { ROOT } from '../../deploy/supply-chain/packages.ts'
import { t } from '../support/parts.ts'
import { packageNames, reach } from './reach.ts'

const { services, volumes } = readComposeFile()
const text = readFileSync(COMPOSE_FILE, 'utf8')
const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8')
const all = Object.entries(services)
const BROKERS = ['broker-1', 'broker-2']
const brokers = BROKERS.map((name) => find(name)) as [Service, Service]

function find(name: string): Service {
  const service = services[name]
  if (service === undefined) throw new Error(`there is no service ${name}`)
  return service
}

/** What is started before a service, by whatever it waits for. */
function awaited(name: string): ReadonlySet<string> {
  const own = Object.keys(find(name).depends_on ?? {})
  return new Set(own.flatMap((other) => [other, ...awaited(other)]))
}

/** What occurs more than once. */
function doubled<T>(values: readonly T[]): readonly T[] {
  return values.filter((value, place) => values.indexOf(value) !== place)
}

t.test('each service but the database is locked in, and none has a secret in its settings', async (t) => {
  for (const [name, service] of all) {
    if (name !== 'postgres') {
      t.match(service, { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }, name)
      t.notOk('user' in service || 'privileged' in service || 'cap_add' in service, `${name} is as its image`)
    }
    for (const key of Object.keys(service.environment ?? {}))
      t.notMatch(key, /(PASSWORD|SECRET|API_KEY|DATABASE_URL|TOKEN)$/, `${name}: ${key} is in the file`)
  }
  t.notMatch(text, /\/\/[^/\s]+:[^/\s]+@|tbk_|[0-9a-f]{24}/)
  for (const service of brokers) t.match(service.mem_limit, /^\d+m$/)
})

t.test('each image is built here, or pinned to a version', async (t) => {
  const built = all.filter(([, { build }]) => build !== undefined)
  // Compose builds services side by side, and Docker's newer store of images refuses the second of one name.
  t.same(
    built.map(([name, { image, build }]) => [name, image, build]),
    [
      ['secrets', 'token-broker-development', { context: '.', dockerfile: 'deploy/compose/Dockerfile' }],
      ['migrate', 'token-broker', '.'],
    ],
  )
  for (const [name, { image, build, pull_policy }] of all) {
    const builder = built.find(([, service]) => service.image === image)?.[0]
    if (builder === undefined) t.match(image, /^[\w./-]+:v?\d+/, name)
    else if (build === undefined) {
      t.equal(pull_policy, 'never', `${name}: no registry has it`)
      t.ok(awaited(name).has(builder), `${name} alone has it built as well`)
    }
  }
  t.ok(existsSync(new URL('deploy/compose/Dockerfile.dockerignore', ROOT)))
})

t.test('whatever is mounted is there, and each replica has a spool of its own', async (t) => {
  for (const [name, service] of all) {
    for (const { source, target } of mountsOf(service)) {
      const isThere = source.startsWith('./') ? existsSync(new URL(source, ROOT)) : source in volumes
      t.ok(isThere && target.startsWith('/'), `${name}: ${source}`)
    }
  }
  const used = all.flatMap(([, service]) => mountsOf(service).map(({ source }) => source))
  for (const name of Object.keys(volumes)) t.ok(used.includes(name), `${name} is used`)
  for (const service of brokers) {
    const { SPOOL_DIR } = service.environment ?? {}
    const written = mountsOf(service).filter(({ isReadOnly }) => !isReadOnly)
    t.same(
      written.map(({ target }) => target),
      [SPOOL_DIR],
    )
    t.equal(used.filter((source) => source === written[0]?.source).length, 1, 'nobody shares it')
  }
  const readers = all.filter(([, service]) =>
    mountsOf(service).some(({ source }) => source === 'secrets-developer'),
  )
  t.same(
    readers.map(([name]) => name),
    ['secrets', 'cli'],
    'no service that listens sees a caller’s key',
  )
})

t.test('what is published is reached from this machine alone, each port once', async (t) => {
  const published = all.flatMap(([, service]) => portsOf(service))
  for (const { host } of published) t.equal(host, '127.0.0.1')
  t.same(doubled(published.map(({ port }) => port)), [])
  t.notOk(portsOf(find('postgres')).length)
})

t.test('a browser reaches what the settings name, and comes back to the replica it left', async (t) => {
  const bank = find('practice-bank')
  const insideOf = (service: Service, url: string) =>
    portsOf(service).find(({ port }) => port === Number(new URL(url).port))?.inside
  for (const service of brokers) {
    const { environment: env = {} } = service
    const { PUBLIC_URL = '', BANK_REDIRECT_URI = '', BANK_AUTHORIZATION_ENDPOINT = '' } = env
    t.equal(insideOf(service, PUBLIC_URL), 8081)
    t.equal(BANK_REDIRECT_URI, `${PUBLIC_URL}/callback`)
    t.ok(bank.command?.includes(`--redirect-uri=${BANK_REDIRECT_URI}`))
    t.equal(insideOf(bank, BANK_AUTHORIZATION_ENDPOINT), 9400)
    t.equal(new URL(BANK_AUTHORIZATION_ENDPOINT).hostname, 'localhost')
    for (const url of [env.BANK_TOKEN_ENDPOINT, env.BANK_API_BASE_URL])
      t.equal(new URL(url ?? '').hostname, 'practice-bank')
  }
  t.same(doubled(brokers.map(({ environment }) => environment?.PUBLIC_URL)), [])
})

t.test('what others wait for can come true', async (t) => {
  for (const [name, { depends_on = {} }] of all) {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      const service = find(other)
      // The service's own image has a check of its own.
      if (condition === 'service_healthy')
        t.ok(service.healthcheck ?? service.image === 'token-broker', `${name}: ${other} tells how it is`)
      if (condition === 'service_completed_successfully')
        t.ok([undefined, 'no'].includes(service.restart), `${name}: ${other} ends`)
      t.ok(service.profiles === undefined, `${name}: ${other} is always there`)
    }
  }
  t.same(find('postgres').command, ['postgres', '-c', 'synchronous_commit=on'])
})

t.test('Prometheus scrapes the replicas, and monitoring comes only when it is asked for', async (t) => {
  const { scrape_configs } = parse(read('deploy/prometheus/prometheus.yml'))
  const targets = scrape_configs.flatMap((job: { static_configs: { targets: string[] }[] }) =>
    job.static_configs.flatMap(({ targets }) => targets),
  )
  t.same(
    targets,
    BROKERS.map((name) => `${name}:8080`),
  )
  const optional = all.filter(([, { profiles }]) => profiles !== undefined)
  t.same(
    optional.map(([name, { profiles }]) => [name, profiles]),
    [
      ['cli', ['tools']],
      ['prometheus', ['monitoring']],
      ['grafana', ['monitoring']],
    ],
  )
})

t.test('the image for development has the packages that its code imports', async (t) => {
  const { files, packages } = reach(['practice-bank/main.ts', '../deploy/compose/secrets.ts'])
  const dockerfile = read('deploy/compose/Dockerfile')
  const { dependencies } = JSON.parse(read('package.json'))
  const added = [
    ...(/for \(const name of (\[.*?\])\)/
      .exec(dockerfile)
      ?.slice(1)
      .flatMap((list) => JSON.parse(list)) ?? []),
  ]
  const needed = packageNames(packages).filter((name) => !(name in dependencies))
  t.same([...new Set(needed)].sort(), added.sort())
  const scripts = files.filter((file) => file.startsWith('../')).map((file) => file.slice('../'.length))
  const ignored = read('deploy/compose/Dockerfile.dockerignore').split('\n')
  for (const file of [...scripts, 'deploy/compose/bank-health.ts'])
    t.ok(dockerfile.includes(file) && ignored.includes(`!${file}`), file)
})
