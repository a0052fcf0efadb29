import { execFile, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { t } from '../support/parts.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = 'src/cli/main.ts'

/** A broker that has two hundred consents to tell of, again and again, and never answers about its status. */
const server = createServer((request, response) => {
  if (request.url?.startsWith('/v1/status')) return void server.emit('asked')
  const refresh = { state: 'idle' }
  const items = Array.from({ length: 200 }, (_, id) => ({ id, refresh, customer_reference: 'x'.repeat(200) }))
  response.end(JSON.stringify({ items, next_cursor: 'more' }))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => {
  server.closeAllConnections()
  server.close()
})
const { port } = server.address() as { port: number }
const env = { ...process.env, TOKEN_BROKER_URL: `http://127.0.0.1:${port}`, TOKEN_BROKER_KEY: 'key' }

t.test('npx finds the command, as in a fresh clone', async (t) => {
  const cache = { ...env, npm_config_cache: t.testdir({}), npm_config_offline: 'true' }
  const { stdout, stderr } = await promisify(execFile)(
    'npx',
    ['token-broker', 'consents', 'list', '--help'],
    {
      cwd: ROOT,
      env: cache,
    },
  )
  t.match(stdout, /^Usage: token-broker consents list /)
  t.equal(stderr, '')
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
