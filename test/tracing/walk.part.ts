import { createSecretSearch } from '../service/secret-search.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, walk } from '../support/authorize.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { getToken, importActive } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { attributesOf, callersTrace, createCollector, createHeaderTap, postLate, treeOf } from './fixtures.ts'

const world = await createWorld(t)
const collector = await createCollector(t)
const tap = await createHeaderTap(t, world.bankUrl)
const broker = await world.startBroker({
  TRACING_ENDPOINT: collector.endpoint,
  BANK_TOKEN_ENDPOINT: `${tap.url}/as/token.oauth2`,
})
const { bank } = world
const consent = await importActive(broker, bank)
const token = `/v1/consents/${consent.id}/token`

const ofTrace = (id: string | undefined) => collector.spans().filter(({ traceId }) => traceId === id)
const arrived = (what: string, id: string | undefined, count: number) =>
  waitFor(what, () => {
    const found = ofTrace(id)
    return found.length >= count ? found : null
  })

t.test('a rotation in the background is a trace of its own', async (t) => {
  const rotation = await waitFor('it', () => collector.spans().find(({ name }) => name === 'rotation'))
  t.equal(rotation.parentSpanId ?? '', '')
  t.match(attributesOf(rotation), {
    'token_broker.consent_id': consent.id,
    'token_broker.rotation.trigger': 'due',
    'token_broker.rotation.result': 'rotated',
  })
  const spans = await arrived('all of it', rotation.traceId, 3)
  t.strictSame(treeOf(spans, undefined).slice(0, 3), [
    'rotation',
    '  POST /as/token.oauth2',
    '  update consent_tokens',
  ])
})

t.test('caller, broker, database and bank are one trace', async (t) => {
  const caller = callersTrace()
  const { body } = await getToken(broker, consent.id)
  const before = tap.headers.length
  const more = {
    tracestate: 'vendor=secret-of-the-caller',
    baggage: 'customer=4711',
    'x-request-id': 'of-the-caller',
  }
  const headers = { ...caller.headers, ...more, authorization: `Bearer ${KEYS.ledger}` }
  const url = `${broker.internalUrl}${token}`
  const rejected = JSON.stringify({ rejected_token: body.access_token })
  t.equal(await postLate(url, headers, rejected), 200)
  const spans = await arrived('the request', caller.traceId, 6)
  t.strictSame(treeOf(spans, caller.spanId).slice(0, 6), [
    'POST /v1/consents/:id/token',
    '  select consents',
    '  rotation',
    '    update consent_tokens',
    '    POST /as/token.oauth2',
    '    update consent_tokens',
  ])
  const [server] = spans.filter(({ kind }) => kind === 2)
  t.match(attributesOf(server!), {
    'http.request.method': 'POST',
    'http.route': '/v1/consents/:id/token',
    'http.response.status_code': 200,
    'token_broker.listener': 'internal',
    'token_broker.request_id': 'of-the-caller',
    'token_broker.caller_id': 'ledger',
    'token_broker.consent_id': consent.id,
  })
  const bankCall = spans.find(({ name }) => name.startsWith('POST /as/'))
  t.match(attributesOf(bankCall!), { 'http.response.status_code': 200, 'server.address': '127.0.0.1' })
  const received = tap.headers[before]
  t.equal(received?.traceparent, `00-${caller.traceId}-${bankCall?.spanId}-01`)
  t.strictSame([received?.tracestate, received?.baggage], [undefined, undefined])
  const refused = callersTrace()
  t.equal(await postLate(url, { ...headers, ...refused.headers }, '{ "reject'), 400)
  await arrived('the refusal', refused.traceId, 1)
  const linesOf = (id: string | undefined) =>
    broker.logged.map((line) => JSON.parse(line)).filter((line) => line.trace_id === id)
  t.match(linesOf(refused.traceId), [{ msg: 'request', status: 400 }])
  for (const msg of ['rotation', 'token handed out', 'request'])
    t.ok(
      linesOf(caller.traceId).some((line) => line.msg === msg && /^[0-9a-f]{16}$/.test(line.span_id)),
      `${msg} is in the log with its trace`,
    )
})

t.test('the statement is told, its values are not', async (t) => {
  const statements = collector.spans().map((span) => attributesOf(span)['db.query.text'])
  const claim = statements.find((text) =>
    /update consent_tokens t set .* where t.consent_id = \$\d/.test(`${text}`),
  )
  t.ok(claim)
  t.ok(statements.every((text) => !`${text}`.includes(consent.id)))
})

t.test('who waits for the rotation of another is linked to it', async (t) => {
  const { id, grant } = await importActive(broker, bank)
  const { body } = await getToken(broker, id)
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, action })
  const traces = [callersTrace(), callersTrace()]
  const asked = traces.map(({ headers }) =>
    call(broker, `POST /v1/consents/${id}/token`, { body: { rejected_token: body.access_token }, headers }),
  )
  // Both have read the row, so both are with the one rotation.
  await Promise.all(traces.map(({ traceId }) => arrived('the row', traceId, 1)))
  gate.open()
  await Promise.all(asked)
  const spans = await waitFor('both requests', () => {
    const found = traces.flatMap(({ traceId }) => ofTrace(traceId))
    return found.filter(({ kind }) => kind === 2).length === 2 ? found : null
  })
  const rotations = spans.filter(({ name }) => name === 'rotation')
  t.equal(rotations.length, 1)
  const links = spans.flatMap(({ links = [] }) => links.map(({ spanId }) => spanId))
  t.strictSame(links, [rotations[0]?.spanId])
})

t.test('what a caller says is taken where it is right, and by its flag', async (t) => {
  const wrong = [
    '00-0-0-01',
    `ff-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    `00-${'0'.repeat(32)}-${'2'.repeat(16)}-01`,
  ]
  for (const [index, traceparent] of wrong.entries())
    await call(broker, 'GET /v1/status', {
      as: 'ops',
      headers: { traceparent, 'x-request-id': `wrong-${index}` },
    })
  const unsampled = callersTrace('00')
  await call(broker, `GET /v1/consents/${consent.id}`, { headers: unsampled.headers })
  await call(broker, 'GET /livez')
  const begun = await waitFor('all three', () => {
    const found = collector
      .spans()
      .filter((span) => /^wrong-/.test(`${attributesOf(span)['token_broker.request_id']}`))
    return found.length === 3 ? found : null
  })
  t.ok(
    begun.every(({ parentSpanId, traceId }) => (parentSpanId ?? '') === '' && /^[0-9a-f]{32}$/.test(traceId)),
  )
  t.equal(new Set(begun.map(({ traceId }) => traceId)).size, 3)
  t.strictSame(ofTrace(unsampled.traceId), [])
  t.notOk(collector.spans().some(({ name }) => name.includes('livez')))
})

t.test('the internet begins no trace of ours, and no byte that is sent tells a secret', async (t) => {
  const search = createSecretSearch()
  const customer = callersTrace()
  const { id, browser, url, page } = await walk(broker)
  const link = await fetch(url, { headers: customer.headers, redirect: 'manual' })
  search.keep('ticket', url.split('/').at(-1))
  for (const value of browser.cookies.values()) search.keep('cookie', value)
  t.ok(link.status)
  await call(broker, `POST /v1/consents/${id}/token?token=a-token-in-the-url`, { body: {} })
  await fetch(`${broker.internalUrl}/v1/consents/a-token-as-an-id/token`, { method: 'POST' })
  search.keep('what is asked for', 'a-token-in-the-url')
  search.keep('what is asked for', 'a-token-as-an-id')
  search.keep('tracestate', 'secret-of-the-caller')
  const words = 'what the bank says'
  const body = { error: 'no', error_description: words }
  bank.faults.add({
    endpoint: 'token',
    grantType: 'refresh_token',
    action: { kind: 'status', status: 401, body },
  })
  const { body: last } = await getToken(broker, id)
  const failing = callersTrace()
  await call(broker, `POST /v1/consents/${id}/token`, {
    body: { rejected_token: last.access_token },
    headers: failing.headers,
  })
  await broker.stop()
  for (const { refreshToken, issued } of bank.ledger.presentations()) {
    search.keep('refresh token', refreshToken)
    if (issued !== null) search.keep('access token', issued.accessToken)
  }
  for (const { code } of bank.ledger.codes()) search.keep('code', code)
  for (const key of Object.values(KEYS)) search.keep('key', key)
  search.keep('IBAN', ACCOUNTS[0])
  search.keep('API key', world.env.BANK_API_KEY)
  search.keep('password', new URL(world.databaseUrl).password)
  search.keep("the bank's words", words)
  t.ok(page && search.count() > 15)
  t.strictSame(search.findIn(collector.bodies.join('\n')), [])
  t.ok(collector.spans().every(({ status, events = [] }) => !status.message && events.length === 0))
  t.strictSame(
    ofTrace(failing.traceId).flatMap((span) =>
      span.status.code === 2 ? [attributesOf(span)['error.type']] : [],
    ),
    ['401'],
  )
  t.ok(collector.spans().some(({ name }) => name === 'GET /start/:ticket'))
  t.strictSame(ofTrace(customer.traceId), [])
})
