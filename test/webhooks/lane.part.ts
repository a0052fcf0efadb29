import type { ServerResponse } from 'node:http'
import { systemClock } from '../../src/clock.ts'
import { createLane } from '../../src/core/courier-lane.ts'
import { createLogger } from '../../src/logger.ts'
import { openReceivers } from '../../src/webhooks/index.ts'
import { createStoreRig } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { insertConsent, writeEvents } from './support/events.ts'
import { startReceiver } from './support/receiver.ts'

const { sql, store } = await createStoreRig(t)
const { webhooks } = store
const receiver = await startReceiver(t)
const { url, secret } = receiver
const log = createLogger({ level: 'silent', destination: { write: () => {} } })
const MANY = 40

await webhooks.register([{ id: 'all', events: null, owners: null }], { changed: true })

/** A lane with more to send than it sends at once, and a receiver that keeps it waiting. */
async function setUp() {
  await sql('delete from webhook_deliveries')
  receiver.received.length = 0
  const held: ServerResponse[] = []
  receiver.answer = (response) => void held.push(response)
  for (let count = 0; count < MANY; count += 1)
    await writeEvents(sql, await insertConsent(sql), 'consent.expired')
  const json = JSON.stringify([{ id: 'all', url, secret }])
  const receivers = openReceivers({ json, timeoutMs: 20_000, urlProblem: () => null })
  t.teardown(receivers.close)
  const stopping = new AbortController()
  const meter = { webhook: () => {}, webhooks: () => {} } as never
  const lane = createLane(
    { webhooks, receivers, clock: systemClock, log, meter },
    {
      ...{ subscriber: 'all', timeoutMs: 20_000, onEnd: () => {} },
      isKnown: () => receivers.current().length > 0,
      stopping: stopping.signal,
      ending: new AbortController().signal,
    },
  )
  lane.run()
  await waitFor('the first', () => held.length === 16)
  const answerAll = () => {
    receiver.answer = (response) => response.writeHead(204).end()
    for (const response of held) response.writeHead(204).end()
  }
  return { lane, receivers, stopping, answerAll }
}

const standing = () =>
  sql('select state, attempts, sending, count(*)::int from webhook_deliveries group by 1, 2, 3 order by 1')

const NO_MORE = [
  { state: 'delivered', attempts: 1, sending: false, count: 16 },
  { state: 'pending', attempts: 0, sending: false, count: MANY - 16 },
]

t.test(
  'who is taken out of the file is sent no more, and nothing is taken in vain',
  { timeout: 15_000 },
  async (t) => {
    const { lane, receivers, answerAll } = await setUp()
    receivers.use('[]')
    answerAll()
    await lane.idle()
    t.strictSame(await standing(), NO_MORE)
  },
)

t.test('as the process ends, nothing more is taken', async (t) => {
  const { lane, stopping, answerAll } = await setUp()
  stopping.abort()
  answerAll()
  await lane.idle()
  t.strictSame(await standing(), NO_MORE)
})

t.test('else all that is due is sent', async (t) => {
  const { lane, answerAll } = await setUp()
  answerAll()
  await lane.idle()
  t.strictSame(await standing(), [{ state: 'delivered', attempts: 1, sending: false, count: MANY }])
})
