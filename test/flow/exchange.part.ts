import type { FaultRule } from '../../src/practice-bank/index.ts'
import { activate, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf as allEventsOf } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import {
  EXCHANGE,
  eventsOf,
  headingOf,
  parametersOf,
  RETURN_URL,
  statusOf,
  tokenOf,
  walkRenewal,
} from './helpers.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()

t.beforeEach(() => bank.faults.clear())

t.test('a code the bank refuses ends the consent', async (t) => {
  bank.settings.codeTtlMs = 0
  t.teardown(() => {
    bank.settings.codeTtlMs = 60_000
  })
  const { id, url, page, browser } = await walk(broker)
  t.match([page.status, headingOf(page)], [200, 'It did not work'])
  t.equal(await statusOf(broker, id), 'failed/exchange_refused')
  t.strictSame(await eventsOf(broker, id), [
    'consent.started',
    'authorization.received',
    'consent.failed exchange_refused',
  ])
  t.match(await tokenOf(broker, id), { status: 410, code: 'consent_failed' })
  t.equal(headingOf(await browser.open(url)), 'It did not work')
})

t.test('the caller hears of it', async (t) => {
  bank.faults.add({ ...EXCHANGE, action: { kind: 'status', status: 400, body: { error: 'invalid_grant' } } })
  const { id, page } = await walk(broker, { return_url: RETURN_URL })
  t.match(parametersOf(page), { consent_id: id, status: 'failed', result_code: /./ })
})

const LOST: [what: string, fault: Omit<FaultRule, 'endpoint'>, codes: number][] = [
  ['an answer that never came', { when: 'after', action: { kind: 'reset' } }, 1],
  ['a request that may have arrived', { action: { kind: 'reset' } }, 0],
  ['a 500', { when: 'after', action: { kind: 'status', status: 500 } }, 1],
  [
    'a 503 with an OAuth error',
    { action: { kind: 'status', status: 503, body: { error: 'invalid_grant' } } },
    0,
  ],
  ['a 200 nobody can read', { when: 'after', action: { kind: 'body', body: '<html>hello</html>' } }, 1],
  ['a pair that is cut off', { when: 'after', action: { kind: 'edit', truncateTo: 20 } }, 1],
]
for (const [what, rule, codes] of LOST) {
  t.test(`${what} loses the exchange, and the code is not sent again`, async (t) => {
    const fault = bank.faults.add({ ...EXCHANGE, ...rule })
    const codesBefore = bank.ledger.codes().length
    const { id, page } = await walk(broker)
    t.equal(headingOf(page), 'It did not work')
    t.equal(await statusOf(broker, id), 'failed/exchange_lost')
    const { detail } = (await allEventsOf(broker, id)).at(-1)
    t.match(detail, { reason: 'exchange_lost', error: /^[a-z0-9_]+$/ }, 'history tells what happened')
    t.match(exchangeLogged(id), { level: 'warn', reason: detail.error })
    t.equal(fault.struck, 1, 'the bank was called')
    t.equal(bank.ledger.codes().length - codesBefore, codes, 'and not again')
  })
}

const OURS: [string, number, object | string][] = [
  ['invalid_client', 401, { error: 'invalid_client' }],
  ['invalid_request', 400, { error: 'invalid_request' }],
  ['a proxy that refuses our certificate', 400, '<html>No required SSL certificate was sent</html>'],
  ['too many requests', 429, ''],
]
for (const [what, status, body] of OURS) {
  t.test(`${what} is not the customer's fault: the same link works again`, async (t) => {
    bank.faults.add({ ...EXCHANGE, action: { kind: 'status', status, body: body as string } })
    const { id, url, page, browser } = await walk(broker)
    t.match([page.status, headingOf(page)], [503, 'It has not worked yet'])
    t.equal(await statusOf(broker, id), 'pending')
    t.match((await eventsOf(broker, id)).at(-1), /^authorization\.failed \w+$/)
    const level = status === 429 ? 'info' : 'warn'
    t.match(exchangeLogged(id), { level, reason: /^\w+$/ }, 'who reads warnings alone learns of ours')
    t.equal(headingOf(await browser.consent(url)), 'You have given permission')
    t.equal(await statusOf(broker, id), 'active')
  })
}

t.test('a renewal whose exchange fails leaves its consent as it is', async (t) => {
  const id = await activate(broker)
  bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'status', status: 502 } })
  t.equal(headingOf(await walkRenewal(broker, id)), 'It did not work')
  t.equal(await statusOf(broker, id), 'active')
  t.equal((await eventsOf(broker, id)).at(-1), 'renewal.failed exchange_lost')
  t.equal((await tokenOf(broker, id)).status, 200)
})

t.test('every code was presented once', async (t) => {
  const codes = bank.ledger.codes().map(({ code }) => code)
  t.ok(codes.length > 5)
  t.equal(new Set(codes).size, codes.length)
})

t.test('what the bank granted is kept, whatever it left out', async (t) => {
  bank.faults.add({
    ...EXCHANGE,
    when: 'after',
    action: { kind: 'edit', omit: ['scope', 'expires_in', 'token_type'] },
  })
  const { url, id } = await start(broker)
  t.equal(headingOf(await createBrowser().consent(url)), 'You have given permission')
  t.match(await tokenOf(broker, id), { status: 200, token: /./ })
})

/** The line that tells how a consent's code fared. */
function exchangeLogged(id: string): unknown {
  const lines = broker.logged.map((line) => JSON.parse(line))
  return lines.find(({ msg, consentId }) => msg === 'code exchange' && consentId === id)
}
