import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { settingsTable } from '../../src/config.ts'

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md']

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

t.test("the README's TypeScript compiles", async (t) => {
  const [, sample] = /^```ts\n(.*?)^```$/ms.exec(await read('README.md')) ?? []
  const folder = t.testdir({
    'sample.ts': `declare const brokerUrl: string, key: string\nexport ${sample}`,
    'tsconfig.json': JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['sample.ts'] }),
  })
  // tap puts hooks of its own into NODE_OPTIONS of whatever is spawned, which tsc does not survive.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, 'node_modules/typescript/bin/tsc', '-p', folder]
  const { status, stdout } = spawnSync('env', command, { cwd: ROOT, encoding: 'utf8' })
  t.equal(status, 0, stdout)
})
