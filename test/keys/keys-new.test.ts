import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { OperatorError } from '../../src/core/errors.ts'
import { editFile } from '../../src/edit-file.ts'
import { readTask } from '../../src/keys/arguments.ts'
import { changeRing } from '../../src/keys/change-ring.ts'
import { isStorageTrouble } from '../../src/store/index.ts'
import { parseKeyRing } from '../../src/vault/index.ts'
import { createWorld } from '../support/broker.ts'

const folder = t.testdir({})
const ring = join(folder, 'keys.json')

/** As the command runs, in this process: what it prints, or the sentence it fails with. */
async function runKeysNew(words: readonly string[], env: Record<string, string> = {}) {
  let [stdout, stderr] = ['', '']
  try {
    await changeRing(words, {
      env,
      say: (text) => (stdout += text),
      warn: (text) => (stderr += text),
    })
    return { exitCode: 0, stdout, stderr }
  } catch (error) {
    if (!(error instanceof OperatorError) && !isStorageTrouble(error)) throw error
    return {
      exitCode: 1,
      stdout,
      stderr: error instanceof OperatorError ? `${error.message}\n` : 'the database',
    }
  }
}

const kidsOf = async (path: string) => parseKeyRing(await readFile(path, 'utf8')).keys.map(({ kid }) => kid)
const secretsOf = async (path: string): Promise<string[]> =>
  JSON.parse(await readFile(path, 'utf8')).keys.map(({ k }: { k: string }) => k)

t.test('a ring is made, grown and turned by commands that may be run twice', async (t) => {
  const printed = await runKeysNew([])
  t.match(printed, { exitCode: 0, stderr: '' })
  t.match(parseKeyRing(printed.stdout).keys[0].kid, /^\d{4}-\d\d-\d\d-[0-9a-f]{4}$/)

  const said = [
    await runKeysNew([ring, '--kid', 'one']),
    await runKeysNew([ring]),
    await runKeysNew([ring, '--kid', 'three']),
    await runKeysNew([ring, '--kid', 'three']),
    await runKeysNew([ring, '--first', 'three']),
    await runKeysNew([ring, '--first', 'three']),
  ]
  t.match(
    said.map(({ stdout, stderr, exitCode }) => `${exitCode} ${stdout}${stderr}`),
    [
      /^0 Made \S+ with the key "one"\.\n$/,
      /^0 Appended the key "\d{4}-\d\d-\d\d-[0-9a-f]{4}" to \S+: it opens, and seals nothing yet\./,
      /^0 Appended the key "three" to \S+: .* --first three\.\n$/,
      /^0 \S+ has the key "three" already\.\n$/,
      /^0 Put the key "three" in front in \S+\. Restart all replicas/,
      /^0 The key "three" stands in front in \S+ already\.\n$/,
    ],
  )
  t.match(await kidsOf(ring), ['three', 'one', /^\d{4}-/])
  const secrets = await secretsOf(ring)
  t.equal(new Set(secrets).size, 3)
  const shown = said.map(({ stdout, stderr }) => stdout + stderr).join()
  t.strictSame(
    secrets.filter((secret) => shown.includes(secret)),
    [],
    'no key is shown',
  )
  t.equal((await stat(ring)).mode & 0o777, 0o600)
  t.strictSame(await readdir(folder), ['keys.json'], 'nothing else is left')
})

t.test('what cannot be done is told in a sentence, and changes nothing', async (t) => {
  const before = await readFile(ring, 'utf8')
  const { databaseUrl } = await createWorld(t)
  const DATABASE_URL = databaseUrl
  const broken = join(folder, 'broken.json')
  await writeFile(broken, '{ "keys": [')
  const table: readonly (readonly [words: string[], env: Record<string, string>, stderr: RegExp])[] = [
    [[ring, '--first', 'two'], {}, /^The ring has no key "two"; its keys are "three", "one", "\d{4}-/],
    [[ring, '--remove', 'one'], {}, /^DATABASE_URL is missing; a right value is /],
    [
      [ring, '--remove', 'three'],
      { DATABASE_URL },
      /^The ring seals under "three", its first key: put one of "one", /,
    ],
    [
      [ring, '--remove', 'one'],
      { DATABASE_URL },
      /does not know the key "three", the first of this ring: is it the right one/,
    ],
    [[ring, '--remove', 'one'], { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' }, /^the database$/],
    [[broken], {}, /is not JSON\.\n$/],
    [[join(folder, 'none.json'), '--first', 'x'], {}, /^There is no file \S+none\.json\.\n$/],
    [[join(folder, 'none', 'keys.json')], {}, /keys\.json\.new cannot be written \(ENOENT\)\.\n$/],
  ]
  const runs = await Promise.all(table.slice(4).map(([words, env]) => runKeysNew(words, env)))
  const first = []
  for (const [words, env] of table.slice(0, 4)) first.push(await runKeysNew(words, env))
  for (const [index, run] of [...first, ...runs].entries()) {
    const [words, , stderr] = table[index] ?? [[], {}, /never/]
    t.match(run, { exitCode: 1, stdout: '', stderr }, words.join(' '))
  }
  t.equal(await readFile(ring, 'utf8'), before)
  t.strictSame((await readdir(folder)).sort(), ['broken.json', 'keys.json'])
})

t.test('the command line is read as a whole', async (t) => {
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [['--kidd', 'x'], /^Unknown option '--kidd'; "npm run keys:new -- --help" tells the rest\.$/],
    [['a', 'b'], /^Name one file; /],
    [['--first', 'x'], /^Name the file of the ring; /],
    [['a', '--first', 'x', '--remove', 'y'], /exclude one another/],
    [['a', '--kid', 'a b'], /^A key id has 1 to 64 letters/],
    [['a', '--kid', 'x"\n'], /^A key id has 1 to 64 letters/],
  ]
  for (const [words, message] of wrong) {
    t.throws(() => readTask(words), { code: 'settings_invalid', message }, words.join(' '))
  }
  t.match(await runKeysNew(['--help']), { exitCode: 0, stdout: /--remove KID {7}take a key out/ })
})

t.test('a file is there whole or not at all, with the owner and permissions it had', async (t) => {
  const file = join(t.testdir({ real: {}, 'keys.json': t.fixture('symlink', 'real/keys.json') }), 'keys.json')
  const real = join(t.testdirName, 'real', 'keys.json')
  await writeFile(real, 'before')
  await chmod(real, 0o640)
  const { uid, gid, ino } = await stat(real)

  t.equal(await editFile(file, async () => null), false)
  await t.rejects(
    editFile(file, async () => Promise.reject(new Error('x'))),
    { message: 'x' },
  )
  t.match(await stat(real), { ino, uid, gid })
  t.equal(await readFile(file, 'utf8'), 'before')

  let second: unknown
  await editFile(file, async (text) => {
    second = await editFile(file, async () => 'second').catch((error: unknown) => error)
    t.equal((await stat(`${real}.new`)).mode & 0o777, 0o600)
    return `${text}, after`
  })
  t.match(second, { code: 'settings_invalid', message: /keys\.json\.new is there: another run is under way/ })
  t.equal(await readFile(real, 'utf8'), 'before, after', 'through the link')
  t.match((await stat(real)).mode & 0o777, 0o640)
  t.match(await stat(real), { uid, gid })
  t.strictSame(await readdir(join(t.testdirName, 'real')), ['keys.json'])

  if (process.getuid?.() === 0) {
    await chown(real, 12_345, 12_346)
    await editFile(file, async () => 'owned')
    t.match(await stat(real), { uid: 12_345, gid: 12_346 }, 'its owner can still read it')
  }
})

t.test('a new file is its owner’s alone, and edits at once lose nothing of one another', async (t) => {
  const file = join(t.testdir({}), 'new.json')
  await editFile(file, async (text) => String(text))
  t.equal(await readFile(file, 'utf8'), 'null')
  t.equal((await stat(file)).mode & 0o777, 0o600)
  await writeFile(file, '')

  const refused = new Set<string>()
  async function add(): Promise<void> {
    for (let isDone = false; !isDone; ) {
      isDone = await editFile(file, async (text) => `${text}.`).catch(({ message }: Error) => {
        refused.add(message.replace(file, 'FILE'))
        return false
      })
    }
  }
  await Promise.all(Array.from({ length: 40 }, add))
  t.equal((await readFile(file, 'utf8')).length, 40)
  t.strictSame(
    [...refused],
    ['FILE.new is there: another run is under way, or one was cut off. Delete it if none is.'],
  )
  t.strictSame(await readdir(t.testdirName), ['new.json'])
})
