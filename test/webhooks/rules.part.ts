import type { SendResult } from '../../src/core/webhook.ts'
import { settlementOf } from '../../src/core/webhook-schedule.ts'
import { parseSubscribers } from '../../src/webhooks/parse-subscribers.ts'
import { t } from '../support/parts.ts'
import { newSecret } from './support/receiver.ts'

const REFUSED: SendResult = { kind: 'refused', error: 'http_500', retryAfterMs: null }

t.test('ten attempts in three days and some hours', async (t) => {
  let attempt = 1
  let [leastMs, mostMs] = [0, 0]
  for (;;) {
    const settlement = settlementOf(REFUSED, attempt, 0)
    if (settlement.outcome !== 'failed') {
      t.same(settlement, { outcome: 'dead', error: 'http_500', retryAfterMs: 0 })
      break
    }
    leastMs += settlement.retryAfterMs
    const late = settlementOf(REFUSED, attempt, 0.999)
    mostMs += late.outcome === 'failed' ? late.retryAfterMs : 0
    attempt += 1
  }
  t.equal(attempt, 10)
  t.ok(leastMs > 3 * 86_400_000 && mostMs < 4 * 86_400_000, `${leastMs} to ${mostMs}`)
})

const URL_OK = () => null
const secret = newSecret()
const entry = { id: 'ledger', url: 'https://ledger.example.nl/hook', secret }

/** What is said of a file with such an entry. */
function complaint(change: object): string {
  try {
    parseSubscribers(JSON.stringify([{ ...entry, ...change }]), URL_OK)
    return 'none'
  } catch (error) {
    return (error as Error).message
  }
}

t.test('a wrong file is told by its entry, without its secrets', async (t) => {
  t.equal(complaint({}), 'none')
  t.equal(
    complaint({
      secret: undefined,
      secrets: [secret, newSecret()],
      events: ['consent.revoked'],
      owners: ['x'],
    }),
    'none',
  )
  const short = `whsec_${Buffer.alloc(23, 7).toString('base64')}`
  const wrong: [object, RegExp][] = [
    [{ id: undefined }, /entry 1 needs an "id"/],
    [{ id: 'a b' }, /entry 1 needs an "id"/],
    [{ secret: undefined }, /needs a "secret"/],
    [{ secret: short }, /needs a "secret"/],
    [{ secret: secret.slice(6) }, /needs a "secret"/],
    [{ secret: `${secret}=` }, /needs a "secret"/],
    [{ secrets: [secret] }, /needs a "secret"/],
    [{ secret: undefined, secrets: [] }, /needs a "secret"/],
    [{ url: 7 }, /the "url" of entry 1 \("ledger"\) must be an https URL/],
    [{ events: ['consent.started'] }, /the "events" of entry 1/],
    [{ events: [] }, /the "events" of entry 1/],
    [{ owners: 'ledger' }, /the "owners" of entry 1/],
    [{ [secret]: 1 }, /a member beside "id", "url"/],
  ]
  for (const [change, message] of wrong) {
    t.match(complaint(change), message)
    t.notOk([secret, short].some((one) => complaint(change).includes(one.slice(6))))
  }
  t.throws(() => parseSubscribers('{}', URL_OK), { message: /must be a JSON array/ })
  t.throws(() => parseSubscribers(JSON.stringify([entry, entry]), URL_OK), {
    message: /"ledger" stands in it twice/,
  })
  t.same(parseSubscribers('[]', URL_OK), [])
})
