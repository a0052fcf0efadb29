import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

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
