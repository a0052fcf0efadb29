import { Secret } from '../../src/core/secret.ts'
import { createLogger } from '../../src/logger.ts'
import { t } from '../support/parts.ts'

const TOKEN = '9C6UrsGZ0Z3XJymRAOAgl7hKPLlWKUo9GBfMQQEs'

/** Makes a logger and the lines it wrote. */
function capture(level = 'trace') {
  const text: string[] = []
  const log = createLogger({ level, destination: { write: (line: string) => text.push(line) } })
  return { log, lines: () => text.map((line) => JSON.parse(line)), text: () => text.join('') }
}

const bankError = () =>
  Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: `Key (token)=(${TOKEN}) exists`,
    parameters: [TOKEN],
    body: { access_token: TOKEN },
  })

t.test('a line is JSON with a named level and an ISO time', async (t) => {
  const { log, lines } = capture()
  log.info({ consentId: 'c-1', took: { bankMs: 300 } }, 'token refreshed')
  t.match(lines()[0], { level: 'info', consentId: 'c-1', took: { bankMs: 300 }, msg: 'token refreshed' })
  t.match(lines()[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

t.test('lines below the level are left out', async (t) => {
  const { log, text } = capture('warn')
  log.info('quiet')
  t.equal(text(), '')
})

t.test('an error keeps its type, code, message, stack and causes, and nothing else', async (t) => {
  const { log, lines, text } = capture()
  log.error(bankError())
  log.error({ err: new TypeError('outer', { cause: bankError() }) }, 'failed')
  log.error({ error: bankError(), reason: bankError(), results: [{ reason: bankError() }] }, 'failed')
  const [first, second, third] = lines()
  t.strictSame(Object.keys(first.err), ['type', 'code', 'message', 'stack'])
  t.match(second.err, { type: 'TypeError', message: 'outer', cause: { code: '23505' } })
  t.match(third, {
    error: { code: '23505' },
    reason: { code: '23505' },
    results: [{ reason: { code: '23505' } }],
  })
  t.notOk(text().includes(TOKEN))
})

t.test('the errors of all addresses that were tried are kept', async (t) => {
  const { log, lines } = capture()
  log.error(new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')]))
  t.match(lines()[0].err, { type: 'AggregateError', errors: [{ message: 'refused by ::1' }, {}] })
})

t.test('an error that is its own cause ends', async (t) => {
  const { log, lines } = capture()
  const error = new Error('round')
  error.cause = error
  log.error(error)
  t.match(lines()[0].err.cause.cause.message, 'round')
})

t.test('what was thrown and is no error is not quoted', async (t) => {
  const { log, lines, text } = capture()
  log.error({ err: TOKEN }, 'failed')
  log.error({ err: { message: 'plain', body: TOKEN } }, 'failed')
  t.match(lines(), [{ err: { type: 'string' } }, { err: { message: 'plain' } }])
  t.notOk(text().includes(TOKEN))
})

t.test('a secret does not print, wherever it stands', async (t) => {
  const { log, text } = capture()
  const secret = new Secret(TOKEN)
  log.info({ secret, nested: { list: [secret] } }, 'with %s and %j', secret, secret)
  log.child({ secret }).info('bound')
  t.notOk(text().includes(TOKEN))
  t.match(text(), /\[secret\]/)
})

t.test('headers and forms lose what is secret in them, at any depth', async (t) => {
  const { log, lines, text } = capture()
  const headers = { authorization: `Bearer ${TOKEN}`, 'set-cookie': [`a=${TOKEN}`], accept: '*/*' }
  const form = { code: TOKEN, state: TOKEN, refresh_token: TOKEN, grant_type: 'authorization_code' }
  log.info({ headers, cookie: TOKEN, access_token: TOKEN }, 'shallow')
  log.info({ a: { b: { c: { headers, form } } }, list: [{ form }] }, 'deep')
  log.child({ authorization: TOKEN }).info('bound')
  t.notOk(text().includes(TOKEN))
  t.match(lines()[0].headers, { authorization: '[redacted]', accept: '*/*' })
  t.match(lines()[1].a.b.c.form, { code: '[redacted]', grant_type: 'authorization_code' })
})

t.test('codes and states that are plain words stay', async (t) => {
  const { log, lines } = capture()
  log.info({ code: 'bank_unavailable', refresh: { state: 'due' }, system: { code: 'ECONNREFUSED' } }, 'words')
  t.match(lines()[0], {
    code: 'bank_unavailable',
    refresh: { state: 'due' },
    system: { code: 'ECONNREFUSED' },
  })
})

t.test('a request is its route and not its URL, an answer its status', async (t) => {
  const { log, lines, text } = capture()
  const req = { id: 'r-1', method: 'GET', url: `/start/${TOKEN}`, headers: { cookie: TOKEN } }
  log.info({ req: { ...req, routeOptions: { url: '/start/:ticket' } } }, 'incoming')
  log.info({ req, res: { statusCode: 302, headers: { location: TOKEN } } }, 'done')
  t.match(lines()[0].req, { id: 'r-1', method: 'GET', route: '/start/:ticket' })
  t.strictSame(lines()[1].res, { statusCode: 302 })
  t.notOk(text().includes(TOKEN))
})

t.test('an object without end does not stop the log', async (t) => {
  const { log, text } = capture()
  const loop: Record<string, unknown> = { name: 'loop' }
  loop.self = loop
  log.info({ loop, when: new Date(0) }, 'round')
  t.match(text(), /\[too deep\].*1970-01-01T00:00:00.000Z/)
})
