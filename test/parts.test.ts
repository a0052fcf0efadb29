import { globSync, readFileSync } from 'node:fs'
import t from 'tap'

t.test('each part of a test is run by one file', async (t) => {
  const parts = globSync('test/**/*.part.ts')
  const files = globSync('test/**/*.test.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  t.ok(parts.length > 0)
  for (const part of parts) {
    const [, folder, name] = /(.*)\/(.*)/.exec(part) ?? []
    const runs = files.filter(
      ({ path, text }) => path.startsWith(`${folder}/`) && text.includes(`'./${name}'`),
    )
    t.match(readFileSync(part, 'utf8'), /^import \{ t \} from '.*\/parts\.ts'$/m, `${part} has its own world`)
    t.equal(runs.length, 1, `${part} is named by ${runs.map(({ path }) => path).join(', ') || 'none'}`)
  }
})
