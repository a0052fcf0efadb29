import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { settingsTable } from '../../src/config.ts'

const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'deploy/README.md',
  'deploy/OPERATIONS.md',
  'deploy/RUNBOOK.md',
  'openapi/client/README.md',
]

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8')

t.test("the README's table of settings is the one of src/config", async (t) => {
  const readme = await read('README.md')
  t.ok(readme.includes(settingsTable().trim()), 'paste settingsTable() of src/config.ts into README.md')
})

t.test('every npm script that a document names exists', async (t) => {
  const { scripts } = JSON.parse(await read('package.json'))
  for (const name of DOCUMENTS) {
    for (const [, script = ''] of (await read(name)).matchAll(/npm run ([a-z:-]+)/g)) {
      t.ok(script in scripts, `${name} names ${script}`)
    }
  }
})

t.test('every source file that a document names exists', async (t) => {
  for (const name of DOCUMENTS) {
    for (const [, path = ''] of (await read(name)).matchAll(/`((?:src|test|migrations)\/[\w./-]+\.\w+)`/g)) {
      await t.resolves(read(path), `${name} names ${path}`)
    }
  }
})

/** As GitHub names the heading of a section. */
function anchors(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replace(/[^\w\- ]/g, '').replaceAll(' ', '-'))
}

t.test('every link of a document leads to a file, and to a section of it', async (t) => {
  for (const name of DOCUMENTS) {
    for (const [, path = '', section] of (await read(name)).matchAll(
      /\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g,
    )) {
      const target = path === '' ? name : join(name, '..', path)
      if (section === undefined) t.ok(existsSync(join(ROOT, target)), `${name}: ${target}`)
      else t.ok(anchors(await read(target)).includes(section), `${name}: ${target}#${section}`)
    }
  }
})

t.test("the README's TypeScript compiles", async (t) => {
  const [, sample] = /^```ts\n(.*?)^```$/ms.exec(await read('README.md')) ?? []
  const folder = t.testdir({
    'sample.ts': `declare const brokerUrl: string, key: string, apiKey: string\n${sample}`,
    'tsconfig.json': JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { paths: { 'token-broker-client': [join(ROOT, 'openapi/client/src/index.ts')] } },
      include: ['sample.ts'],
    }),
  })
  // tap puts hooks of its own into NODE_OPTIONS of whatever is spawned, which tsc does not survive.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, 'node_modules/typescript/bin/tsc', '-p', folder]
  const { status, stdout } = spawnSync('env', command, { cwd: ROOT, encoding: 'utf8' })
  t.equal(status, 0, stdout)
})

const SCRIPT = fileURLToPath(new URL('../../.ci/failures.awk', import.meta.url))
const FILE = ['# Subtest: test/a.test.ts', '    ok 1 - of itself', '    1..1', 'ok 1 - test/a.test.ts']
const SUMS = ['# No coverage generated', '# { total: 1, pass: 1 }']

/** What CI shows of a run of the tests that said this, and ended so. */
function shown(said: readonly string[], status: number): string[] {
  const args = ['-v', `status=${status}`, '-f', SCRIPT]
  return execFileSync('awk', args, { input: `${said.join('\n')}\n`, encoding: 'utf8' })
    .trimEnd()
    .split('\n')
}

t.test('a run that goes well is short', async (t) => {
  t.same(shown(['> tap', ...FILE, '', ...SUMS], 0), [FILE[0], FILE.at(-1), ...SUMS])
})

t.test('what fails outside of a test file is shown', async (t) => {
  t.same(shown(['Error: tap build failed'], 1), ['Error: tap build failed'])
  t.ok(shown([...FILE, ...SUMS, 'npm error code 1'], 1).includes('npm error code 1'))
  t.ok(
    shown([...FILE, 'killed'], 0).includes('killed'),
    'also where nothing tells of it but the missing sums',
  )
  const stray = 'Error: boom'
  t.equal(shown(['not ok 1 - test/b.test.ts', stray, ...FILE, ...SUMS], 1).at(-1), `stray: ${stray}`)
})

t.test('a file that fails is shown from its first failure on, at most 60 lines of it', async (t) => {
  const rest = Array.from({ length: 100 }, (_, line) => `    said ${line}`)
  const lines = shown(
    ['    ok 1 - well', '    not ok 2 - badly', ...rest, 'not ok 1 - test/a.test.ts', ...SUMS],
    1,
  )
  t.equal(lines[0], '    not ok 2 - badly')
  t.equal(lines.indexOf('not ok 1 - test/a.test.ts'), 60)
})
