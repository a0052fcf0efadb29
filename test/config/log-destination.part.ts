import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { openLogDestination } from '../../src/log-destination.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const FULL = '/dev/full'

t.test(
  'a disk that is full costs lines, not the process',
  { skip: existsSync(FULL) ? false : `there is no ${FULL} on this system` },
  async (t) => {
    const failures: unknown[] = []
    const note = (error: unknown) => void failures.push(error)
    process.prependListener('uncaughtException', note)
    t.teardown(() => process.off('uncaughtException', note))
    const fd = openSync(FULL, 'w')
    t.teardown(() => closeSync(fd))
    const destination = openLogDestination(fd, 100)
    for (let line = 0; line < 20; line += 1) {
      destination.write(`${'a line of the log'.padEnd(30)}\n`)
      await new Promise(setImmediate)
    }
    t.same(failures, [])
  },
)

/** Both ends of a pipe that nobody reads. */
function openPipe(t: Test): number {
  const pipe = join(t.testdir(), 'pipe')
  execFileSync('mkfifo', [pipe])
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK)
  t.teardown(() => closeSync(fd))
  return fd
}

t.test('a reader that hangs does not keep a process from its end', async (t) => {
  const { href } = new URL('../../src/logger.ts', import.meta.url)
  const script = `import { createLogger } from '${href}'
    const log = createLogger({ level: 'info' })
    for (let line = 0; line < 200; line += 1) log.info('x'.repeat(999))
    process.exit(3)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', openPipe(t), 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  t.same(await once(child, 'exit'), [3, null])
})

t.test('a reader that hangs is told how many lines it missed', async (t) => {
  const fd = openPipe(t)
  const destination = openLogDestination(fd, 20_000)
  const told: number[] = []
  destination.onDropped((count) => void told.push(count))
  const line = `${'x'.repeat(999)}\n`
  for (let written = 0; written < 200; written += 1) destination.write(line)
  t.same(told, [])
  const room = Buffer.alloc(65_536)
  let read = 0
  await waitFor('what was kept to be read', () => {
    try {
      read += readSync(fd, room)
    } catch {}
    return told.length > 0
  })
  t.equal(told.length, 1)
  t.ok(Number(told[0]) > 100, `${told[0]} of 200`)
  t.equal(read % 1_000, 0, 'whole lines')
})
