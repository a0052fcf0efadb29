import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off', BANK_TIMEOUT: '300ms' } })
const broker = await world.startBroker()
const SEPA = 'psd2:payment:sepa:write'

const ask = (scope: string) => call(broker, 'POST /v1/client-tokens', { body: { scope } })
const grant = { endpoint: 'token', grantType: 'client_credentials' } as const

t.test('callers who ask at once share one call, and later ones its answer', async (t) => {
  const delay = world.bank.faults.add({ ...grant, times: null, action: { kind: 'delay', delayMs: 50 } })
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(SEPA)))
  const later = await ask(SEPA)
  t.equal(delay.struck, 1, 'one call at the bank')
  delay.remove()
  t.equal(new Set([...answers, later].map(({ body }) => body.access_token)).size, 1)
  t.match(later, { status: 200, body: { token_type: 'Bearer', scope: SEPA } })
  t.equal(later.headers.get('cache-control'), 'no-store')
  t.ok(later.body.expires_in > 7000)
})

t.test('another scope is another token', async (t) => {
  const [one, two] = [await ask(SEPA), await ask('psd2:payment:xborder:write')]
  t.not(one.body.access_token, two.body.access_token)
})

t.test('a bank that refuses us, or does not answer in time', async (t) => {
  const scope = 'psd2:payment:recurrent:sepa:write'
  const unavailable = { status: 503, body: { code: 'bank_unavailable' } }
  world.bank.faults.add({
    ...grant,
    action: { kind: 'status', status: 401, body: { error: 'invalid_client' } },
  })
  t.match(await ask(scope), unavailable)
  world.bank.faults.add({ ...grant, action: { kind: 'delay', delayMs: 1_500 } })
  const startedAt = performance.now()
  t.match(await ask(scope), unavailable)
  t.ok(performance.now() - startedAt < 1_400, 'no caller waits longer than BANK_TIMEOUT')
  await waitFor('the call that went on', async () => (await ask(scope)).status === 200)
})

t.test('a live token is handed out to its end, though the bank is down when it is due', async (t) => {
  world.bank.settings.accessTokenTtlSeconds = 1
  const fresh = await world.startBroker({ PUBLIC_PORT: '0' })
  const askFresh = () => call(fresh, 'POST /v1/client-tokens', { body: { scope: SEPA } })
  const first = await askFresh()
  await world.bank.close()
  let last = first
  const ended = await waitFor('the token to end', async () => {
    const answer = await askFresh()
    if (answer.status !== 200) return answer
    last = answer
    return null
  })
  t.match(ended, { status: 503, body: { code: 'bank_unavailable' } })
  t.equal(last.body.access_token, first.body.access_token)
  // Due at 80 % of its life, when the bank was asked in vain.
  t.match(fresh.logged.join(''), /client token not given/)
  t.ok(Date.now() >= Date.parse(first.body.expires_at), 'not a moment earlier')
})
