import crypto, { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { addCallerKey, newCallerKey, parseCallers } from '../../src/callers/index.ts'
import { systemClock } from '../../src/clock.ts'
import { createLogger } from '../../src/logger.ts'
import { openCallers } from '../../src/open-callers.ts'
import { createReleasers } from '../../src/releasers.ts'
import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { callerNew } from './support/caller-new.ts'
import { AUDIENCE, ISSUER, newSigner, sign } from './support/tokens.ts'

const folder = t.testdir({})
const callersFile = join(folder, 'callers.json')
const keysFile = join(folder, 'jwks.json')
const [one, two] = await Promise.all([newSigner('ES256', 'one'), newSigner('ES256', 'two')])
const key = {
  first: 'the-first-key-of-ledger',
  second: 'the-second-key-of-ledger',
  other: 'the-key-of-other',
}
const digestOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
const ledger = { id: 'ledger', key_sha256: digestOf(key.first), permissions: ['consents:read'] }
const other = { id: 'other', key_sha256: digestOf(key.other), permissions: ['consents:read'] }
const write = (content: unknown) =>
  writeFile(callersFile, typeof content === 'string' ? content : JSON.stringify(content))
const writeKeys = (...keys: object[]) => writeFile(keysFile, JSON.stringify({ keys }))

await Promise.all([write([ledger]), writeKeys(one.jwk)])
const world = await createWorld(t)
const broker = await world.startBroker({
  CALLERS_FILE: callersFile,
  CALLERS_RELOAD_EVERY: '20ms',
  CALLER_JWKS_FILE: keysFile,
  CALLER_ISSUER: ISSUER,
  CALLER_AUDIENCE: AUDIENCE,
})

async function statusOf(token: string, route = 'GET /v1/consents'): Promise<number> {
  return (await call(broker, route, { headers: { authorization: `Bearer ${token}` } })).status
}
const until = (token: string, status: number) =>
  waitFor(`the answer ${status}`, async () => (await statusOf(token)) === status)
const logged = (part: string) => broker.logged.some((line) => line.includes(part))

t.test('who is added to the file may call, who is removed may not, without a restart', async (t) => {
  t.equal(await statusOf(key.first), 200)
  t.equal(await statusOf(key.other), 401)
  await write([ledger, other])
  await until(key.other, 200)
  await write([other])
  await until(key.first, 401)
  t.equal(await statusOf(key.other), 200)
  await write([{ ...other, permissions: ['tokens'] }])
  await until(key.other, 403)
  t.ok(logged('a file has changed, and is used from here on'))
})

t.test('a caller may have two keys while it changes from one to the next', async (t) => {
  await write([{ ...ledger, key_sha256: [digestOf(key.first), digestOf(key.second)] }])
  await until(key.second, 200)
  t.equal(await statusOf(key.first), 200)
  await write([{ ...ledger, key_sha256: [digestOf(key.second)] }])
  await until(key.first, 401)
  t.equal(await statusOf(key.second), 200)
  const several = (key_sha256: unknown) => () => parseCallers(JSON.stringify([{ ...ledger, key_sha256 }]))
  const digest = digestOf('x')
  t.throws(several([]), { message: /64 hexadecimal digits, or up to 4 of them/ })
  t.throws(several([digest, 'x']), { message: /64 hexadecimal digits/ })
  t.throws(several([digest, [digest]]), { message: /64 hexadecimal digits/ })
  t.throws(several(['1', '2', '3', '4', '5'].map(digestOf)), { message: /up to 4/ })
  t.throws(several([digest, digest.toUpperCase()]), { message: /the caller "ledger" has the same key twice/ })
})

t.test('a file that cannot be used leaves those who may call, and is complained of', async (t) => {
  const whole = JSON.stringify([ledger, other])
  const BAD: readonly (readonly [string, string, string])[] = [
    ['half written', whole.slice(0, -20), 'must be a JSON array'],
    ['emptied', '', 'must be a JSON array'],
    ['nobody', '[]', 'at least one caller'],
    [
      'a wrong entry',
      whole.replace('consents:read', 'root'),
      'entry 1 (\\"ledger\\") needs \\"permissions\\"',
    ],
    [
      'the key itself',
      whole.replace(digestOf(key.other), key.other),
      'entry 2 (\\"other\\") needs \\"key_sha256\\"',
    ],
  ]
  for (const [what, content, complaint] of BAD) {
    await write(content)
    await waitFor(`a complaint of ${what}`, () => logged(complaint))
    t.equal(await statusOf(key.second), 200, what)
    t.equal(await statusOf(key.other), 401, what)
  }
  await rm(callersFile)
  await waitFor('a complaint', () => logged('CALLERS_FILE cannot be read (ENOENT)'))
  t.notOk(logged('OperatorError'), 'a sentence is enough')
  t.equal(await statusOf(key.second), 200)
  await write(whole)
  await until(key.other, 200)
  for (const secret of Object.values(key)) t.notOk(logged(secret) || logged(digestOf(secret)))
})

t.test('a file that is swapped by a link, as Kubernetes does', async (t) => {
  for (const [name, content] of [
    ['old', [ledger]],
    ['new', [other]],
  ] as const) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'callers.json'), JSON.stringify(content))
  }
  const swap = async (name: string) => {
    await symlink(join(folder, name, 'callers.json'), join(folder, 'link'))
    await rename(join(folder, 'link'), callersFile)
  }
  await swap('old')
  await until(key.other, 401)
  t.equal(await statusOf(key.first), 200)
  await swap('new')
  await until(key.other, 200)
  t.equal(await statusOf(key.first), 401)
})

t.test('a key that leaves CALLER_JWKS_FILE is refused, also for tokens known before', async (t) => {
  const [known, next] = await Promise.all([sign(one), sign(two)])
  t.equal(await statusOf(known), 200)
  t.equal(await statusOf(next), 401)
  await writeFile(keysFile, '{"keys":[')
  await waitFor('a complaint', () => logged("CALLER_JWKS_FILE can't be used"))
  t.equal(await statusOf(known), 200)
  await writeKeys(two.jwk)
  await until(known, 401)
  t.equal(await statusOf(next), 200)
})

t.test('JWTs alone, without a static caller', async (t) => {
  const releasers = createReleasers()
  const jwt = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] as const, idClaim: 'sub' as const }
  const more = { permissionsClaim: 'scope' as const, toleranceMs: 1_000, maxTokenAgeMs: null }
  const settings = { file: null, reloadEveryMs: 1_000, jwt: { ...jwt, ...more, keys: { file: keysFile } } }
  const log = createLogger({ level: 'silent' })
  const recognize = await openCallers(settings, { clock: systemClock, log }, releasers)
  t.match(await recognize(await sign(two)), { id: 'ledger' })
  t.match(await recognize(key.first), { refusal: 'unknown_key' })
  await releasers.releaseAll()
})

t.test('a key is compared with every one there is, in constant time', async (t) => {
  const entries = [
    { ...ledger, key_sha256: [digestOf(key.first), digestOf(key.second)] },
    other,
    { ...other, id: 'third', key_sha256: digestOf('third') },
  ]
  const recognize = parseCallers(JSON.stringify(entries))
  const { timingSafeEqual } = crypto
  let compared = 0
  t.teardown(() => {
    crypto.timingSafeEqual = timingSafeEqual
    syncBuiltinESMExports()
  })
  crypto.timingSafeEqual = (a, b) => {
    compared += 1
    return timingSafeEqual(a, b)
  }
  syncBuiltinESMExports()
  for (const [given, id] of [
    [key.first, 'ledger'],
    [key.second, 'ledger'],
    ['third', 'third'],
    ['third ', undefined],
    ['', undefined],
  ] as const) {
    compared = 0
    t.equal(recognize(given)?.id, id)
    t.equal(compared, 4, given)
  }
})

t.test('caller:new makes a key that the entry it prints is for', async (t) => {
  const permissions = ['tokens', 'consents:read']
  const { exitCode, stdout, stderr } = await callerNew('billing', '--permissions', permissions.join(','))
  t.same([exitCode, stderr], [0, ''])
  const [made = '', entry = '', ...rest] = stdout.trimEnd().split('\n')
  t.match(made, /^tbk_[\w-]{43}$/)
  t.same(JSON.parse(entry), { id: 'billing', key_sha256: digestOf(made), permissions })
  t.same(rest, [])
  t.equal(parseCallers(`[${entry}]`)(made)?.id, 'billing')
})

t.test('caller:new adds it to the file, and a running broker takes it', async (t) => {
  const file = join(folder, 'new', 'callers.json')
  await chmod(file, 0o640)
  const made = await callerNew('billing', '--permissions', 'consents:read', '--file', callersFile)
  t.match(made, { exitCode: 0, stdout: /^tbk_[\w-]{43}\n$/, stderr: '' })
  await until(made.stdout.trim(), 200)
  t.equal(await statusOf(key.other), 200, 'others stay')
  t.equal((await stat(file)).mode & 0o777, 0o640)
  t.notOk((await readFile(file, 'utf8')).includes(made.stdout.trim()), 'the key itself is nowhere')
  t.same(await readdir(join(folder, 'new')), ['callers.json'], 'the file behind the link was changed')
})

const BAD_ARGUMENTS: readonly (readonly [string[], RegExp])[] = [
  [[], /^ID must be given, once\./],
  [['a', 'b'], /^ID must be given, once\./],
  [['a b', '--permissions', 'ops'], /^ID must be 1 to 100 letters/],
  [['clock', '--permissions', 'ops'], /^ID must be .* not bank, broker, clock/],
  [['a'], /^--permissions is missing\./],
  [['a', '--permissions', 'root'], /^--permissions must be some of tokens,consents:write,/],
  [['a', '--permission', 'ops'], /^Unknown option '--permission'/],
  [
    ['a', '--permissions', 'ops', '--file', '/nowhere/callers.json'],
    /^\/nowhere\/callers\.json\.new cannot be written \(ENOENT\)\./,
  ],
]

t.test('caller:new says which argument is wrong', async (t) => {
  t.match(await callerNew('--help'), { exitCode: 0, stdout: /^Usage: npm run caller:new /, stderr: '' })
  const runs = await Promise.all(BAD_ARGUMENTS.map(([args]) => callerNew(...args)))
  for (const [index, [args, sentence]] of BAD_ARGUMENTS.entries()) {
    t.match(runs[index], { exitCode: 1, stdout: '', stderr: sentence }, args.join(' '))
  }
})

t.test('a caller that is there gets one more key, and keeps the rest', async (t) => {
  const { key: made, digest } = newCallerKey()
  const content = JSON.stringify([ledger, other])
  const changed = addCallerKey(content, { id: 'ledger', digest, permissions: null })
  const recognize = parseCallers(changed)
  for (const one of [made, key.first]) t.equal(recognize(one)?.id, 'ledger')
  t.same([...(recognize(made)?.permissions ?? [])], ledger.permissions)
  t.equal(recognize(key.other)?.id, 'other')
  t.throws(() => addCallerKey(content, { id: 'ledger', digest, permissions: ['ops'] }), {
    message: /^ID: there is a caller "ledger" already; leave out --permissions/,
  })
  t.throws(() => addCallerKey(content, { id: 'nobody', digest, permissions: null }), {
    message: /^ID: no such caller/,
  })
  t.throws(() => addCallerKey('[{', { id: 'x', digest, permissions: ['ops'] }), {
    message: /must be a JSON array/,
  })
})
