import { connect } from 'node:net'
import { createWorld, KEYS } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const { internalUrl, publicUrl, logged } = await world.startBroker()

interface Answer {
  readonly status: number
  readonly head: string
  readonly text: string
}

/** Sends bytes as they are; resolves every answer that came until the connection ended. */
async function send(url: string, message: string): Promise<Answer[]> {
  const { hostname, port } = new URL(url)
  const received = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(message, 'latin1')))
    socket.setTimeout(5_000, () => reject(new Error('the connection was left open')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
  return received
    .split(/(?=^HTTP\/1\.1 \d{3} )/m)
    .filter((one) => one !== '')
    .map(toAnswer)
}

function toAnswer(received: string): Answer {
  const [head = '', ...body] = received.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, text: body.join('\r\n\r\n') }
}

const AUTHORIZATION = `Authorization: Bearer ${KEYS.ledger}`

/** A request whose headers are as they stand here; the connection ends with it. */
function request(line: string, ...headers: string[]): string {
  return `${line} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`
}

const get = (...headers: string[]) => request('GET /v1/consents', 'Host: broker', AUTHORIZATION, ...headers)

/** Nothing that came from outside is in the head of an answer but a harmless request id. */
function headProblem({ head }: Answer): string | null {
  const names = head
    .split('\r\n')
    .slice(1)
    .map((line) => /^([A-Za-z-]+): [\x20-\x7e]*$/.exec(line)?.[1])
  if (names.includes(undefined)) return 'a line that is no header'
  return /evil|set-cookie|x-injected/i.test(head) ? 'what was sent comes back in a header' : null
}

/** What a smuggler hides behind a request: it would be answered 404, a second time. */
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: broker\r\n\r\n'
const JSON_BODY = 'Content-Type: application/json'
const post = (...headers: string[]) =>
  `POST /v1/client-tokens HTTP/1.1\r\n${['Host: broker', AUTHORIZATION, JSON_BODY, ...headers].join('\r\n')}\r\n\r\n`

t.test('where a request ends is never in doubt: one answer, and the connection with it', async (t) => {
  const messages = {
    'length and chunks': `${post('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${HIDDEN}`,
    'chunks and length': `${post('Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n${HIDDEN}`,
    'two lengths': post('Content-Length: 0', `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    'two lengths in one': post(`Content-Length: 0, ${HIDDEN.length}`) + HIDDEN,
    'a signed length': post('Content-Length: +0') + HIDDEN,
    'a length in hex': post('Content-Length: 0x0') + HIDDEN,
    'chunks that are not the last coding': `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n${HIDDEN}`,
    'an unknown coding': `${post('Transfer-Encoding: xchunked')}0\r\n\r\n${HIDDEN}`,
    'a coding with a tab': `${post('Transfer-Encoding:\tchunked', 'Content-Length: 4')}0\r\n\r\n${HIDDEN}`,
    'a coding before a space': `${post('Transfer-Encoding : chunked', 'Content-Length: 4')}0\r\n\r\n${HIDDEN}`,
    'a coding after a bare line feed': `${post('X: y\nTransfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${HIDDEN}`,
    'a coding after a bare return': `${post('X: y\rTransfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${HIDDEN}`,
    'a folded coding': `${post('Transfer-Encoding:', ' chunked', 'Content-Length: 4')}0\r\n\r\n${HIDDEN}`,
    'a chunk of a bad size': `${post('Transfer-Encoding: chunked')}0x1\r\na\r\n0\r\n\r\n${HIDDEN}`,
    'a chunk that overflows': `${post('Transfer-Encoding: chunked')}fffffffffffffffff\r\n${HIDDEN}`,
    'a chunk longer than it says': `${post('Transfer-Encoding: chunked')}1\r\nabc\r\n0\r\n\r\n${HIDDEN}`,
    'a bare line feed after a chunk': `${post('Transfer-Encoding: chunked')}2\r\n{}\n0\r\n\r\n${HIDDEN}`,
  }
  for (const [what, message] of Object.entries(messages)) {
    for (const [name, url] of [
      ['internal', internalUrl],
      ['public', publicUrl],
    ] as const) {
      const answers = await send(url, message)
      const statuses = answers.map(({ status }) => status)
      t.equal(statuses.length, 1, `${name}, ${what}: ${statuses}`)
      t.ok([400, 404].includes(statuses[0] ?? 0), `${name}, ${what}: ${statuses}`)
    }
  }
})

t.test('headers that hold what they must not, or come twice', async (t) => {
  const cases: [what: string, message: string, statuses: number[]][] = [
    ['a line feed in a value', get('X-A: b\nX-Injected: evil'), [400]],
    ['a return in a value', get('X-A: b\rX-Injected: evil'), [400]],
    ['NUL in a value', get('X-A: b\0evil'), [400]],
    ['NUL in a name', get('X\0A: evil'), [400]],
    ['a space in a name', get('X A: evil'), [400]],
    ['a name without an end', get('X-A'), [400]],
    ['an empty name', get(': evil'), [400]],
    ['a folded value', get('X-A: b', ' evil'), [400]],
    ['a control character in a value', get('X-A: \x1b[31mevil'), [400]],
    ['beyond ASCII in a value', get('X-A: \xe9\xff'), [200]],
    ['beyond ASCII in a name', get('X-\xe9: evil'), [400]],
    ['two hosts', request('GET /v1/consents', 'Host: broker', 'Host: evil', AUTHORIZATION), [400]],
    ['a host that is none', request('GET /v1/consents', 'Host: evil/\\"<script>', AUTHORIZATION), [200, 400]],
    ['no host', request('GET /v1/consents', AUTHORIZATION), [400]],
    ['two callers', get('Authorization: Bearer evil'), [400]],
    [
      'another caller first',
      request('GET /v1/consents', 'Host: b', 'Authorization: Bearer evil', AUTHORIZATION),
      [400],
    ],
    ['two callers in one', request('GET /v1/consents', 'Host: b', `${AUTHORIZATION}, Bearer evil`), [401]],
    ['two types', get('Content-Type: application/json', 'content-type: text/evil'), [400]],
    ['NUL in a key', request('GET /v1/consents', 'Host: b', `${AUTHORIZATION}\0`), [400]],
    [
      'what a proxy would say',
      get(
        'X-Forwarded-For: evil',
        'X-Forwarded-Host: evil',
        'X-Forwarded-Proto: evil',
        'X-Original-URL: /v1/status',
        'X-Rewrite-URL: /v1/status',
        'X-HTTP-Method-Override: DELETE',
        'Forwarded: for=evil',
      ),
      [200],
    ],
    ['a hundred headers more', get(...Array.from({ length: 101 }, (_, at) => `X-${at}: a`)), [431]],
    ['as many as fit', get(...Array.from({ length: 96 }, (_, at) => `X-${at}: a`)), [200]],
    ['three thousand short ones', get(...Array.from({ length: 3_000 }, () => 'a:')), [431]],
    ['a hundred kilobytes', get(`X-A: ${'a'.repeat(100_000)}`), [431]],
    ['another protocol', get('Upgrade: websocket', 'Sec-WebSocket-Version: 13'), [200]],
    ['a lower version', `GET /v1/consents HTTP/1.0\r\n${AUTHORIZATION}\r\n\r\n`, [200]],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  ]
  for (const [what, message, statuses] of cases) {
    const answers = await send(internalUrl, message)
    t.equal(answers.length, 1, what)
    const [answer] = answers
    t.ok(statuses.includes(answer?.status ?? 0), `${what}: ${answer?.status}`)
    t.equal(answer && headProblem(answer), null, what)
    t.notMatch(answer?.text, /<script>|X-Injected/, what)
  }
})

t.test('targets in other forms', async (t) => {
  const cases: [target: string, statuses: number[]][] = [
    ['http://evil.example/v1/consents', [200, 400, 404]],
    ['http://evil.example:99999/v1/consents', [200, 400, 404]],
    ['//evil.example/v1/consents', [400, 404]],
    ['evil.example:443', [400, 404]],
    ['*', [400, 404]],
    ['/v1/consents#evil', [200]],
    ['/v1/consents?limit=1%0d%0aX-Injected:%20evil', [400]],
    ['/v1/consents/%0d%0aSet-Cookie:%20evil=1', [400]],
    ['/v1/consents/..%2fstatus', [400]],
    ['/v1/./consents/../status', [404]],
    ['/v1\\consents', [404]],
    ['/v1/consents%00', [404]],
    ['/v1/consents;evil=1', [400, 404]],
    ['/docs/static/..%2f..%2fpackage.json', [404]],
    ['/docs/static/../../package.json', [404]],
  ]
  for (const [target, statuses] of cases) {
    for (const url of [internalUrl, publicUrl]) {
      const answers = await send(url, request(`GET ${target}`, 'Host: broker', AUTHORIZATION))
      t.equal(answers.length, 1, target)
      const [answer] = answers
      const allowed = url === internalUrl ? statuses : [400, 404]
      t.ok(allowed.includes(answer?.status ?? 0), `${target}: ${answer?.status}`)
      t.equal(answer && headProblem(answer), null, target)
    }
  }
})

const IDS = [
  'evil\x1b[2J',
  '{"level":"fatal"}',
  '","level":"fatal","x":"',
  'evil evil',
  '\xe2\x80\xa8evil',
  '%0d%0aevil',
  'evil,evil',
  '$' + '{jndi:ldap://evil}',
]

t.test('a request id is taken as it is where it is harmless, and not at all otherwise', async (t) => {
  for (const id of IDS) {
    for (const [url, path] of [
      [internalUrl, '/v1/consents'],
      [publicUrl, '/start/evil'],
      [internalUrl, '/%zz'],
    ]) {
      const message = request(`GET ${path}`, 'Host: b', AUTHORIZATION, `X-Request-Id: ${id}`)
      const [answer] = await send(String(url), message)
      t.match(answer?.head, /^x-request-id: [0-9a-f-]{36}$/im, `${JSON.stringify(id)} ${path}`)
      t.notMatch(answer?.head, /evil|jndi|fatal/, JSON.stringify(id))
    }
  }
  const twice = await send(internalUrl, get('X-Request-Id: mine', 'X-Request-Id: theirs'))
  t.match(twice[0]?.head, /^x-request-id: [0-9a-f-]{36}$/im, 'two are none')
})

t.test('a page shows nothing of what was asked for', async (t) => {
  for (const path of [
    '/start/<script>evil',
    '/callback?state=<script>evil&code=<script>evil',
    '/<script>evil',
  ]) {
    const [answer] = await send(
      publicUrl,
      request(
        `GET ${path}`,
        'Host: <script>evil',
        'Accept-Language: <script>evil',
        'Referer: http://evil',
        'Cookie: tb-evil=<script>evil',
      ),
    )
    t.ok([400, 404].includes(answer?.status ?? 0), `${path}: ${answer?.status}`)
    t.equal(answer && headProblem(answer), null, path)
    t.notMatch(answer?.text, /evil|<script/, path)
  }
})

t.test('each line of the log is one JSON object, and none says what it was told to', async (t) => {
  await waitFor('the last of them', () => logged.filter((line) => line.includes('"request"')).length > 50)
  for (const line of logged) {
    t.match(line, /^\{[^\n\r]*\}\n$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
    t.notMatch(line, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/)
    t.notMatch(line, /evil|jndi|fatal|script/)
    t.notMatch(JSON.parse(line), { level: 'error' })
  }
})
