import { once } from 'node:events'
import { get } from 'node:http'
import { createPracticeBank, walkConsent } from '../../src/practice-bank/index.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { openBank, tokenBody } from './helpers.ts'

t.test('a status before: the token is still good', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  const fault = bank.faults.add({
    endpoint: 'token',
    action: { kind: 'status', status: 503, body: { busy: true }, headers: { 'retry-after': '7' } },
  })
  const response = await refresh(refresh_token)
  t.equal(response.status, 503)
  t.equal(response.headers.get('retry-after'), '7')
  t.strictSame(await response.json(), { busy: true })
  t.equal(fault.struck, 1)
  t.equal((await refresh(refresh_token)).status, 200)
  t.match(bank.ledger.presentationsOf(refresh_token), [
    { outcome: 'unprocessed', fault: 'status' },
    { outcome: 'rotated', fault: null },
  ])
})

t.test('a status after: the token is spent', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'status', status: 500 } })
  t.equal((await refresh(refresh_token)).status, 500)
  t.equal((await refresh(refresh_token)).status, 400)
  t.match(bank.ledger.presentationsOf(refresh_token), [
    { outcome: 'rotated', fault: 'status' },
    { outcome: 'refused' },
  ])
})

t.test('a reset after: processed, but the answer is lost', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token, grant_id } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'reset' } })
  await t.rejects(refresh(refresh_token))
  t.not(bank.ledger.currentRefreshToken(grant_id), refresh_token)
})

t.test('a reset before: never processed', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token, grant_id } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', action: { kind: 'reset' } })
  await t.rejects(refresh(refresh_token))
  t.equal(bank.ledger.currentRefreshToken(grant_id), refresh_token)
  t.equal((await refresh(refresh_token)).status, 200)
})

t.test('a wait goes on normally once its promise has resolved', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  const gate = createGate()
  const fault = bank.faults.add({ endpoint: 'token', action: { kind: 'wait', until: gate.opened } })
  const answer = refresh(refresh_token)
  await waitFor('the request', () => fault.struck === 1)
  t.match(bank.ledger.presentations(), [{ outcome: 'unprocessed', fault: 'wait', endedAt: null }])
  gate.open()
  t.equal((await answer).status, 200)
  t.match(bank.ledger.presentations(), [{ outcome: 'rotated', fault: 'wait' }])
})

t.test('a delay goes on normally, and overlapping presentations are seen', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', action: { kind: 'delay', delayMs: 20 }, times: 2 })
  const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)])
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 400])
  t.equal(bank.ledger.overlaps().length, 1)
  t.equal(bank.ledger.overlaps()[0]?.inFlight, 2)
  t.strictSame(bank.ledger.presentedMoreThan(1), [refresh_token])
})

t.test('a hanging answer ends with the bank', async (t) => {
  const { bank, refresh } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'hang' } })
  const hanging = t.rejects(refresh(refresh_token))
  while (bank.ledger.count() === 0) await new Promise(setImmediate)
  t.equal(bank.ledger.presentationsOf(refresh_token)[0]?.endedAt, null)
  await bank.close()
  await hanging
  t.not(bank.ledger.presentationsOf(refresh_token)[0]?.endedAt, null)
})

t.test('a presentation ends when the client hangs up', async (t) => {
  const { bank, baseUrl } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  bank.faults.add({ endpoint: 'token', action: { kind: 'hang' } })
  const abort = new AbortController()
  const form = { grant_type: 'refresh_token', client_id: 'TPP_test', refresh_token }
  const hanging = fetch(`${baseUrl}/as/token.oauth2`, {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: abort.signal,
  })
  while (bank.ledger.count() === 0) await new Promise(setImmediate)
  abort.abort()
  await t.rejects(hanging)
  const ended = () => bank.ledger.presentationsOf(refresh_token)[0]?.endedAt
  while (ended() === null) await new Promise(setImmediate)
})

t.test('a body can be text, an object, or made from the answer', async (t) => {
  const { bank, refresh } = await openBank(t)
  let { refresh_token } = bank.startGrant()
  bank.faults.add({
    endpoint: 'token',
    when: 'before',
    action: { kind: 'body', body: '<html>', status: 200 },
  })
  t.equal(await (await refresh(refresh_token)).text(), '<html>')

  bank.faults.add({
    endpoint: 'token',
    when: 'after',
    action: { kind: 'body', body: ({ expires_in: _, ...rest }) => rest },
  })
  const shorter = await tokenBody(await refresh(refresh_token))
  t.strictSame(Object.keys(shorter), ['access_token', 'refresh_token', 'token_type'])
  refresh_token = shorter.refresh_token

  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'body', body: { a: 1 }, status: 201 } })
  const created = await refresh(refresh_token)
  t.equal(created.status, 201)
  t.strictSame(await created.json(), { a: 1 })
})

t.test('an edit drops, sets and cuts without a function', async (t) => {
  const { bank, refresh } = await openBank(t)
  const edit = { kind: 'edit', omit: ['refresh_token'], set: { expires_in: '7200' } } as const
  bank.faults.add({ endpoint: 'token', when: 'after', action: { ...edit, omit: [...edit.omit] } })
  const edited = await tokenBody(await refresh(bank.startGrant().refresh_token))
  t.strictSame(Object.keys(edited), ['access_token', 'token_type', 'expires_in'])
  t.equal(edited.expires_in, '7200')

  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'edit', truncateTo: 20 } })
  const cut = await refresh(bank.startGrant().refresh_token)
  t.equal((await cut.text()).length, 20)
})

t.test('a rule strikes only what it names, as often as it says', async (t) => {
  const { bank, refresh, token, consentInfo } = await openBank(t)
  const [struck, spared] = [bank.startGrant(), bank.startGrant({ iban: 'NL58ABNA9999142181' })]
  const action = { kind: 'status', status: 500 } as const
  const rules = [
    bank.faults.add({ endpoint: 'token', refreshToken: struck.refresh_token, times: 2, action }),
    bank.faults.add({ endpoint: 'token', grantType: 'client_credentials', times: null, action }),
    bank.faults.add({ endpoint: 'consentinfo', iban: struck.iban, times: Number.POSITIVE_INFINITY, action }),
  ]
  t.equal((await refresh(spared.refresh_token)).status, 200)
  t.equal((await refresh(struck.refresh_token)).status, 500)
  t.equal((await refresh(struck.refresh_token)).status, 500)
  t.equal((await refresh(struck.refresh_token)).status, 200)
  t.equal((await token({ grant_type: 'client_credentials' })).status, 500)
  t.equal((await consentInfo(spared.access_token)).status, 200)
  t.equal((await consentInfo(struck.access_token)).status, 500)
  t.strictSame(
    bank.faults.list().map(({ struck }) => struck),
    [1, 1],
  )
  rules[1]?.remove()
  bank.faults.add({ endpoint: 'token', matches: ({ grantId }) => grantId === spared.grant_id, action })
  t.equal(bank.faults.list().length, 2)
  bank.faults.clear()
  t.equal((await consentInfo(struck.access_token)).status, 200)
})

t.test('the authorization endpoint can fail as well', async (t) => {
  const { bank, authorizationUrl } = await openBank(t)
  bank.faults.add({ endpoint: 'authorization', action: { kind: 'status', status: 502 } })
  await t.rejects(walkConsent(authorizationUrl()), /502/)
  t.match(await walkConsent(authorizationUrl()), /code=/)
})

t.test('a held-back answer was processed already', async (t) => {
  const { bank, refresh } = await openBank(t, { latencyMs: 60_000 })
  const { refresh_token, grant_id } = bank.startGrant()
  const held = t.rejects(refresh(refresh_token))
  while (bank.ledger.currentRefreshToken(grant_id) === refresh_token) await new Promise(setImmediate)
  await bank.close()
  await held
})

t.test('close ends kept-alive connections at once, and the bank can listen again', async (t) => {
  const { bank, baseUrl, refresh } = await openBank(t)
  const { refresh_token } = bank.startGrant()
  const [response] = await once(get(baseUrl, { headers: { connection: 'keep-alive' } }), 'response')
  response.resume()
  await bank.close()
  await bank.close()
  await t.rejects(refresh(refresh_token))
  await bank.listen({ port: Number(new URL(baseUrl).port) })
  await t.rejects(bank.listen(), /listening already/)
  const other = createPracticeBank()
  t.teardown(() => other.close())
  await t.rejects(other.listen({ port: Number(new URL(baseUrl).port) }), { code: 'EADDRINUSE' })
  t.ok(await other.listen(), 'a port that was taken does not spoil the next try')
  t.equal((await refresh(refresh_token)).status, 200)
})
