import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/core/clock.ts'
import { start, walk } from '../support/authorize.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { EXCHANGE, headingOf, parametersOf, RETURN_URL, result, statusOf } from './helpers.ts'

/** Lets the time of a code run out, and makes every back-off its shortest. */
let skippedMs = 0
const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs, chance: () => 0 }

const world = await createWorld(t, { env: { BANK_TIMEOUT: '100ms' } })
const { bank } = world
const broker = await world.startBroker({}, clock)

t.test('a slow bank: the page shows progress, and looks again until the result is there', async (t) => {
  const gate = createGate()
  bank.faults.add({ ...EXCHANGE, action: { kind: 'wait', until: gate.opened } })
  const { id, url, browser, page } = await walk(broker, { return_url: RETURN_URL })
  t.match([page.status, headingOf(page)], [200, 'One moment, please'])
  t.match(page.text, '<meta http-equiv="refresh" content="2">')
  t.equal(await statusOf(broker, id), 'pending')
  const linkAgain = await browser.open(url)
  t.equal(headingOf(linkAgain), 'One moment, please', 'the link shows it too, and begins nothing')
  gate.open()
  t.equal(headingOf(await result(() => browser.open(url))), 'You have given permission')
})

t.test('the browser that goes away does not stop it', async (t) => {
  const { id, url } = await start(broker, { return_url: RETURN_URL })
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const gate = createGate()
  const fault = bank.faults.add({ ...EXCHANGE, action: { kind: 'wait', until: gate.opened } })
  const leaving = new AbortController()
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  const gone = fetch(callbackUrl, { signal: leaving.signal, headers: { cookie }, redirect: 'manual' })
  await waitFor('the exchange', () => fault.struck === 1)
  leaving.abort()
  await t.rejects(gone)
  gate.open()
  await waitFor('the consent', async () => (await statusOf(broker, id)) === 'active')
  const page = await result(() => browser.open(callbackUrl))
  t.match(parametersOf(page), { status: 'active', result_code: /./ })
})

t.test('a bank that cannot be reached is tried again while the code lives', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const codesBefore = bank.ledger.codes().length
  await bank.close()
  t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
  await bank.listen({ port: Number(new URL(world.bankUrl).port) })
  const page = await result(() => browser.open(callbackUrl))
  t.equal(headingOf(page), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
  t.equal(bank.ledger.codes().length, codesBefore + 1)
})

t.test('and no longer: then the customer may start again by the same link', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  await bank.close()
  t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
  skippedMs += 46_000
  const page = await result(() => browser.open(callbackUrl))
  t.match([page.status, headingOf(page)], [503, 'It has not worked yet'])
  t.equal(await statusOf(broker, id), 'pending')
  await bank.listen({ port: Number(new URL(world.bankUrl).port) })
  const again = await browser.walk(url)
  t.equal(headingOf(await result(() => browser.open(again))), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
})

t.test('a code that has waited too long for its turn is not sent', async (t) => {
  const sleep: Clock['sleep'] = (ms, signal) => systemClock.sleep(ms > 40_000 ? 50 : ms, signal)
  const hasty = { ...clock, sleep }
  const narrow = await world.startBroker({ BANK_MAX_CONCURRENCY: '1', PUBLIC_PORT: '0' }, hasty)
  const fault = bank.faults.add({ ...EXCHANGE, action: { kind: 'hang' } })
  const held = await comeBack(narrow)
  t.equal(headingOf(await held.open()), 'One moment, please')
  await waitFor('the one slot to be taken', () => fault.struck === 1)
  const codesBefore = bank.ledger.codes().length
  const waiting = await comeBack(narrow)
  const page = await result(waiting.open)
  t.equal(headingOf(page), 'It has not worked yet')
  t.equal(await statusOf(broker, waiting.id), 'pending')
  t.equal(bank.ledger.codes().length, codesBefore)
  await bank.close()
  await bank.listen({ port: Number(new URL(world.bankUrl).port) })
  await waitFor(
    'the other to be lost',
    async () => (await statusOf(broker, held.id)) === 'failed/exchange_lost',
  )
})

/** A customer on the way back from the bank to one of several brokers. */
async function comeBack({ internalUrl, publicUrl }: TestBroker) {
  const { id, url } = await start({ internalUrl })
  const browser = createBrowser()
  const callbackUrl = (await browser.walk(url)).replace(broker.publicUrl, publicUrl)
  return { id, open: () => browser.open(callbackUrl) }
}
