import { AsyncLocalStorage } from 'node:async_hooks'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import type { LogEvent } from 'kysely'
import type { Traced, Tracer } from '../../src/core/tracing.ts'
import { createBatcher } from '../../src/store/batcher.ts'
import { traceStatements } from '../../src/store/trace-statements.ts'
import { createTracer } from '../../src/tracing/tracer.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'

t.test('what waited for its turn is not part of what gave it the turn', async (t) => {
  const current = new AsyncLocalStorage<string>()
  const gate = createGate()
  const ran: string[] = []
  const run = createBatcher<string, string>(
    async (inputs) => {
      ran.push(`${inputs.join()} in ${current.getStore()}`)
      await gate.opened
      return [...inputs]
    },
    { failsAlone: () => false },
  )
  const results: Promise<string>[] = []
  for (const name of ['first', 'second', 'third', 'fourth']) {
    results.push(current.run(name, () => run(name)))
    await null
    await null
  }
  gate.open()
  t.strictSame(await Promise.all(results), ['first', 'second', 'third', 'fourth'])
  t.strictSame(ran, ['first in first', 'second in second', 'third,fourth in third'])
})

t.test('a statement is named by its first change, not by a lock', async (t) => {
  const told: [Traced, unknown][] = []
  const trace = traceStatements({
    isTracing: () => true,
    ended: (what, _, failure) => void told.push([what, failure]),
  } as Partial<Tracer> as Tracer)
  const error = new Error('with a value in it')
  const query = (sql: string, more: object = { level: 'query' }) =>
    trace({ query: { sql, parameters: ['a value'] }, queryDurationMillis: 1, ...more } as unknown as LogEvent)
  query('select * from "consents" where id = $1')
  query(`with a as (select id from consents order by id for no key update), b as (select 1 for update skip locked)
    update consent_tokens t set version = $1 from a`)
  query('with x as (select 1) insert into "consent_events" (id) values ($1)')
  query('begin')
  query('delete from idempotency_keys', { level: 'error', error })
  t.strictSame(
    told.map(([{ name }]) => name),
    [
      'select consents',
      'update consent_tokens',
      'insert into consent_events',
      'begin',
      'delete from idempotency_keys',
    ],
  )
  t.strictSame(told.map(([, failure]) => failure).slice(3), [null, error])
  t.notMatch(JSON.stringify(told), 'a value')
})

t.test('a library that raises costs spans, and nothing of the work', async (t) => {
  const breaks = () => {
    throw new Error('a defect of the library')
  }
  const provider = (part: 'onStart' | 'onEnd') =>
    new TracerProvider({
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: () => {},
          forceFlush: async () => {},
          shutdown: async () => {},
          [part]: breaks,
        },
      ],
    })
  const work = { name: 'POST /token', kind: 'client' } as const
  for (const part of ['onStart', 'onEnd'] as const) {
    const tracer = createTracer(provider(part).getTracer('test'))
    t.equal(await tracer.span(work, async () => 'the answer'), 'the answer', part)
    await t.rejects(
      tracer.span(work, () => Promise.reject(new Error('its own'))),
      { message: 'its own' },
    )
    tracer.ended(work, 1, null)
    tracer.waitsFor(tracer.begin(work))
  }
})
