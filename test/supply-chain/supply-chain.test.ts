import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readTotal } from '../../deploy/supply-chain/audit.ts'
import { printLicences, refusedLicences } from '../../deploy/supply-chain/licences.ts'
import { lockedPackages, productionPackages, ROOT } from '../../deploy/supply-chain/packages.ts'
import { createSbom } from '../../deploy/supply-chain/sbom.ts'
import { runParts } from '../support/parts.ts'
import { packageNames, reach, SOURCE } from './reach.ts'

const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8')
const PACKAGE = JSON.parse(read('package.json'))
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

t.test('each dependency is pinned to one version, and the lockfile holds that one', async (t) => {
  const locked = lockedPackages()
  const { dependencies, devDependencies } = PACKAGE
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    t.match(version, EXACT, name)
    t.equal(locked.get(`node_modules/${name}`)?.version, version, name)
  }
  const { packages } = JSON.parse(read('package-lock.json'))
  t.strictSame(packages[''].dependencies, dependencies, 'npm ci refuses a lockfile that is behind')
  t.strictSame(packages[''].devDependencies, devDependencies)
})

t.test('each package comes from a registry, whole, and runs nothing when it is installed', async (t) => {
  const wrong: string[] = []
  for (const [place, { version, integrity, resolved, link, hasInstallScript, dev }] of lockedPackages()) {
    // Where it comes from is the registry of whoever installs: no address, file or repository of its own.
    const fromRegistry = resolved === undefined && !link
    const isWhole = EXACT.test(version) && /^sha512-/.test(integrity ?? '') && fromRegistry
    const name = place.split('node_modules/').at(-1) ?? ''
    const mayRun = hasInstallScript !== true || (dev === true && PACKAGE.allowScripts[name] === true)
    if (!isWhole || !mayRun) wrong.push(place)
  }
  t.strictSame(wrong, [])
  t.strictSame(PACKAGE.scripts.postinstall ?? PACKAGE.scripts.prepare ?? PACKAGE.scripts.install, undefined)
})

t.test('the list of licences is fresh, and all are agreed to', async (t) => {
  t.equal(read('deploy/third-party.md'), printLicences(), 'npm run licences writes it anew')
  t.strictSame(refusedLicences(productionPackages()), [])
  const of = (license: string) => refusedLicences([{ name: 'x', version: '1.0.0', license }]).length
  for (const license of ['GPL-3.0-only', 'UNLICENSED', 'none', 'MIT AND GPL-3.0-only', 'MIT-0 OR SSPL-1.0'])
    t.equal(of(license), 1, license)
  for (const license of ['(MIT OR GPL-3.0-only)', 'MIT AND ISC', 'Apache-2.0'])
    t.equal(of(license), 0, license)
})

t.test('the SBOM lists what is shipped, all of it and nothing else', async (t) => {
  const sbom = createSbom()
  const listed = sbom.components.map(({ name, version }) => `${name}@${version}`)
  const shipped = productionPackages().map(({ name, version }) => `${name}@${version}`)
  t.strictSame(listed.sort(), [...shipped].sort())
  for (const name of Object.keys(PACKAGE.dependencies))
    t.ok(listed.includes(`${name}@${PACKAGE.dependencies[name]}`))
  t.match(sbom, {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    serialNumber: /^urn:uuid:[0-9a-f-]{36}$/,
  })
  t.match(sbom.metadata.component, { name: 'token-broker', type: 'application' })
  t.notOk('timestamp' in sbom.metadata, 'the same lockfile gives the same bytes')
  const refs = new Set([sbom.metadata.component, ...sbom.components].map((component) => component['bom-ref']))
  t.strictSame(
    sbom.dependencies.flatMap(({ ref, dependsOn = [] }) =>
      [ref, ...dependsOn].filter((one) => !refs.has(one)),
    ),
    [],
  )
  for (const component of sbom.components)
    t.match(component, { purl: /^pkg:npm\//, hashes: [{ alg: 'SHA-512' }], licenses: [{}] }, component.name)
})

t.test('what npm audit says is read as what it is', async (t) => {
  const report = (total: number) => JSON.stringify({ metadata: { vulnerabilities: { total, high: total } } })
  t.equal(readTotal(report(0)), 0)
  t.equal(readTotal(report(2)), 2)
  for (const none of [null, '', 'npm error', '{}', '{"error":{"code":"ENOTFOUND"}}'])
    t.equal(readTotal(none), null)
})

const COMMANDS = ['cli/main.ts', 'migrate.ts', 'keys-new.ts', 'rekey.ts', 'caller-new.ts', 'audit-verify.ts']
const ENTRIES = ['main.ts', ...COMMANDS, 'healthcheck.ts', 'http/write-openapi.ts']

t.test('the service imports no practice bank, no demo and no tool of development', async (t) => {
  const { files, packages } = reach(ENTRIES)
  t.ok(files.includes('compose.ts') && files.length > 150, `${files.length} files`)
  t.strictSame(
    files.filter((file) => /^(practice-bank|demo)\//.test(file) || file.startsWith('..')),
    [],
  )
  const names = packageNames(packages)
  t.strictSame(
    [...new Set(names)].filter((name) => !(name in PACKAGE.dependencies)),
    [],
  )
  t.strictSame(
    Object.keys(PACKAGE.dependencies).filter((name) => !names.includes(name)),
    [],
    'each is needed',
  )
  const everything = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const kept = read('.dockerignore').match(/(?<=^src\/).+$/gm) ?? []
  const shipped = everything.filter(
    (name) => !kept.some((path) => name === path || name.startsWith(`${path}/`)),
  )
  t.strictSame(
    shipped.filter((name) => !files.includes(name)),
    [],
    'nothing else is in the image',
  )
  t.ok(
    reach(['demo/main.ts']).files.some((file) => file.startsWith('practice-bank/')),
    'the walk follows imports',
  )
})

t.test('the image is made of what is named, and runs as a number that is not root', async (t) => {
  const dockerfile = read('Dockerfile')
  t.match(dockerfile, /\nUSER 1000:1000\n(?!.*\nUSER )/s)
  t.match(dockerfile, /npm ci --omit=dev --ignore-scripts/)
  t.match(dockerfile, /\nENTRYPOINT \["node"\]\nCMD \["src\/main\.ts"\]\n/)
  t.notMatch(dockerfile, /:latest|\bADD\b|\nCOPY \. /)
  const ignored = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  t.equal(ignored[0], '*', 'everything is left out that is not named')
  t.ok(ignored.includes('src/practice-bank') && ignored.includes('src/demo'))
  const taken = [...dockerfile.matchAll(/\nCOPY (?!--from)(.*) \S+/g)].flatMap(([, names = '']) =>
    names.split(' '),
  )
  for (const name of taken) t.ok(existsSync(new URL(name, ROOT)) && ignored.includes(`!${name}`), name)
})

await runParts(import.meta.url, ['./compose.part.ts', './compose-secrets.part.ts', './kubernetes.part.ts'])
