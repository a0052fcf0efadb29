import { globSync, readFileSync } from 'node:fs'
import t from 'tap'

const FOREIGN = /from '[^']*\/(demo|practice-bank)\/|import\('[^']*\/(demo|practice-bank)\//

t.test('nothing the service is made of imports the demo or the practice bank', async (t) => {
  const cwd = new URL('../../src/', import.meta.url).pathname
  const files = globSync('**/*.ts', { cwd }).filter((file) => !/^(demo|practice-bank)\//.test(file))
  t.ok(files.includes('main.ts'))
  t.same(
    files.filter((file) => FOREIGN.test(readFileSync(`${cwd}${file}`, 'utf8'))),
    [],
  )
  t.match(readFileSync(`${cwd}demo/start.ts`, 'utf8'), FOREIGN, 'the pattern finds such an import')
})
