import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openTracing } from '../../src/tracing/index.ts'
import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActive } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { createCollector, createHeaderTap } from './fixtures.ts'

const world = await createWorld(t)
const collector = await createCollector(t)

t.test('without TRACING_ENDPOINT nothing of it is loaded', async (t) => {
  const script = fileURLToPath(new URL('loaded.ts', import.meta.url))
  const { NODE_COMPILE_CACHE = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { NODE_COMPILE_CACHE } })
  const { off, on } = JSON.parse(stdout)
  t.strictSame(off, [])
  t.ok(on.includes('sdk-trace') && on.includes('exporter-trace-otlp-http'))
})

t.test('nor is anything sent to the bank, or logged', async (t) => {
  const tap = await createHeaderTap(t, world.bankUrl)
  const broker = await world.startBroker({ BANK_TOKEN_ENDPOINT: `${tap.url}/as/token.oauth2` })
  await importActive(broker, world.bank)
  await broker.stop()
  t.ok(tap.headers.length > 0)
  t.ok(tap.headers.every((headers) => headers.traceparent === undefined))
  t.notMatch(broker.logged.join('\n'), /trace_id|span_id/)
})

t.test('a collector in trouble costs spans, and a line in the log', async (t) => {
  const broker = await world.startBroker({ TRACING_ENDPOINT: collector.endpoint })
  const { seen } = collector
  const lines = (text: string) => broker.logged.filter((line) => line.includes(text))
  const sendOne = async () => {
    const before = seen.requests
    await call(broker, 'GET /v1/consents')
    await waitFor('spans to be sent', () => seen.requests > before)
  }
  seen.answer = (answer) => void answer.writeHead(400, 'what-it-says').end('what-it-says')
  await sendOne()
  await waitFor('a line', () => lines('traces do not reach').length === 1)
  await sendOne()
  seen.answer = (answer) => void answer.end('{}')
  await sendOne()
  await waitFor('a line', () => lines('traces reach TRACING_ENDPOINT again').length === 1)
  t.equal(lines('traces do not reach').length, 1, 'once')
  t.match(JSON.parse(lines('traces do not reach')[0] ?? ''), { level: 'warn', reason: '400' })
  t.notMatch(broker.logged.join('\n'), 'what-it-says')

  seen.answer = () => {}
  const { id } = await importActive(broker, world.bank)
  await sendOne()
  t.equal((await getToken(broker, id)).status, 200)
  const stoppedAt = performance.now()
  await broker.stop()
  t.ok(performance.now() - stoppedAt < 5_000, 'nor does the end wait for it')
})

t.test('the end gives up on a collector by the clock', async (t) => {
  collector.seen.answer = () => {}
  const told: string[] = []
  const tell = (_: object, text: string) => void told.push(text)
  const log = { info: tell, warn: tell, error: tell }
  const options = { endpoint: collector.endpoint, sampleRatio: 1 }
  const { tracer, stop } = await openTracing(options, { clock: { sleep: async () => {} }, log })
  tracer.begin({ name: 'something', kind: 'internal' }).end()
  await stop()
  t.strictSame(told, [], 'it is not even known whether it takes the span')
})
