import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONSENT_EXAMPLE } from '../../src/http/schemas/consent-examples.ts'
import { t } from '../support/parts.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = 'src/cli/main.ts'

/** A broker that has two hundred consents to tell of, again and again, and never answers about its status. */
const server = createServer((request, response) => {
  if (request.url?.startsWith('/v1/status')) return void server.emit('asked')
  const items = Array.from({ length: 200 }, (_, id) => ({ ...CONSENT_EXAMPLE, id: String(id) }))
  response.end(JSON.stringify({ items, next_cursor: 'more' }))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => {
  server.closeAllConnections()
  server.close()
})
const { port } = server.address() as { port: number }
const env = { ...process.env, TOKEN_BROKER_URL: `http://127.0.0.1:${port}`, TOKEN_BROKER_KEY: 'key' }

t.test('npx and npm find a file that can be run', async (t) => {
  const { bin, scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  t.strictSame(bin, { 'token-broker': MAIN })
  t.equal(scripts.broker, `exec node ${MAIN}`)
  t.match(await readFile(join(ROOT, MAIN), 'utf8'), /^#!\/usr\/bin\/env node\n/)
  t.equal((await stat(join(ROOT, MAIN))).mode & 0o111, 0o111)
})

t.test('a reader who has seen enough is no fault, and Ctrl-C ends what waits', async (t) => {
  const list = spawn(process.execPath, [MAIN, 'consents', 'list', '--all'], { cwd: ROOT, env })
  list.stdout.once('data', () => list.stdout.destroy())
  const status = spawn(process.execPath, [MAIN, 'status'], { cwd: ROOT, env })
  server.once('asked', () => status.kill('SIGINT'))
  const [read, interrupted] = await Promise.all([endOf(list), endOf(status)])
  t.strictSame(read, { code: 0, err: '' })
  t.strictSame(interrupted, { code: 130, err: 'Interrupted.\n' })
})

async function endOf(child: ReturnType<typeof spawn>) {
  let err = ''
  child.stderr?.on('data', (chunk) => (err += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, err }
}
