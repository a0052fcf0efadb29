import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { OPERATIONS } from '../../openapi/client/src/operations.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { importActive } from '../support/consents.ts'
import { DOCUMENT } from '../support/contract.ts'
import { t } from '../support/parts.ts'

/** Without what tap puts into every Node process. */
const { PATH, HOME } = process.env
const run = (command: string, argv: string[], cwd?: string) =>
  promisify(execFile)(command, argv, { cwd, env: { PATH, HOME } })
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

t.test('what is written from the document is of the document as it is now', async (t) => {
  const text = await readFile(at('openapi/openapi.json'))
  const digest = createHash('sha256').update(text).digest('hex')
  for (const name of ['schema.ts', 'operations.ts'])
    t.match(
      await readFile(at(`openapi/client/src/${name}`), 'utf8'),
      digest,
      'npm run openapi writes it anew',
    )
  const documented = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [
      operationId,
      `${method.toUpperCase()} ${path}`,
    ]),
  )
  t.strictSame(OPERATIONS, Object.fromEntries(documented))
})

const CONSUMER = `
import { createClient, TokenBrokerError } from 'token-broker-client'

const [baseUrl, key, consentId] = process.argv.slice(2)
const broker = createClient({ baseUrl, key })
const accessToken = await broker.getAccessToken(consentId)
const { status } = await broker.call('getConsent', { path: { id: consentId } })
const code = await broker.call('getStatus').catch((error) => error instanceof TokenBrokerError && error.code)
console.log(JSON.stringify({ accessToken, status, code }))
`

/** What compiles, and what must not. */
const TYPED = `
import { type Consent, createClient, TokenBrokerError } from 'token-broker-client'

const broker = createClient({ baseUrl: 'https://broker.example.nl', key: async () => 'a JWT' })
export const token: Promise<string> = broker.getAccessToken('id', { minValiditySeconds: 60 })
export const consents: Promise<readonly Consent[]> = broker.call('listConsents').then(({ items }) => items)
export const nothing: Promise<undefined> = broker.call('revokeConsent', { path: { id: 'id' } })
export const isToRenew = (error: TokenBrokerError): boolean => error.code === 'reauthorization_required'
// @ts-expect-error: there is no such call
void broker.call('listConsent')
// @ts-expect-error: it needs an id
void broker.call('getConsent')
// @ts-expect-error: there is no such status
void broker.call('listConsents', { query: { status: 'happy' } })
// @ts-expect-error: it has no body
void broker.call('getConsent', { path: { id: 'id' }, body: {} })
// @ts-expect-error: there is no such code
export const isWrong = (error: TokenBrokerError): boolean => error.code === 'reauthorisation_required'
`

t.test('packed and installed, it works as JavaScript and is typed either way', async (t) => {
  const world = await createWorld(t)
  const broker = await world.startBroker()
  const consent = importActive(broker, world.bank)
  const consumer = t.testdir({
    'package.json': '{ "type": "module" }',
    'consumer.js': CONSUMER,
    'typed.ts': TYPED,
    'nodenext.json': tsconfig('nodenext', 'nodenext'),
    'bundler.json': tsconfig('esnext', 'bundler'),
  })
  const packing = ['pack', '--offline', '--json', '--pack-destination', consumer]
  const { stdout } = await run('npm', packing, at('openapi/client'))
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  const names: string[] = packed.files.map(({ path }: { path: string }) => path)
  t.ok(names.includes('dist/index.js') && names.includes('dist/index.d.ts') && names.includes('README.md'))
  t.strictSame(
    names.filter((name) => /(?<!\.d)\.ts$/.test(name)),
    [],
    'Node runs no .ts below node_modules',
  )
  // Offline: it needs nothing that would have to be fetched.
  await run('npm', ['install', '--offline', '--no-audit', packed.filename], consumer)
  const { id } = await consent
  const argv = [join(consumer, 'consumer.js'), broker.internalUrl, KEYS.ledger, id]
  const answer = JSON.parse((await run(process.execPath, argv)).stdout)
  t.match(answer, { accessToken: /^[\w-]{20,}$/, status: 'active', code: 'forbidden' })
  const tsc = at('node_modules/typescript/bin/tsc')
  const compile = (project: string) => run(process.execPath, [tsc, '-p', join(consumer, project)])
  for (const project of ['nodenext.json', 'bundler.json'])
    await t.resolves(compile(project), `${project} finds no fault, and all that must be one`)
})

function tsconfig(module: string, moduleResolution: string): string {
  return JSON.stringify({
    compilerOptions: {
      ...{ target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true },
      ...{ module, moduleResolution, skipLibCheck: false, exactOptionalPropertyTypes: true },
    },
    include: ['typed.ts'],
  })
}
