import t from 'tap'
import { call } from '../support/api.ts'
import { createBrokerHost, freeAddress, type TestBroker } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { waitFor } from '../support/wait-for.ts'
import { startOidcBank } from './oidc-bank.ts'
import { consentAtOidc } from './walk-oidc.ts'

const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']

const TTL_SECONDS = 3

// It warns of what suits a test: keys, pages and adapter of its own quick start.
t.capture(console, 'warn')

async function createPeerWorld(test: Pick<typeof t, 'teardown'>) {
  const publicUrl = await freeAddress()
  const bank = await startOidcBank(test, {
    clientId: 'TPP_test',
    redirectUri: `${publicUrl}/callback`,
    scopes: SCOPES,
    accessTokenTtlSeconds: TTL_SECONDS,
  })
  const host = await createBrokerHost(test, { publicUrl, bankEndpoints: bank.endpoints })
  return { bank, ...host }
}

async function walkConsent(broker: TestBroker): Promise<string> {
  const started = await call(broker, 'POST /v1/consents', { body: { scopes: SCOPES } })
  await consentAtOidc(createBrowser(), started.body.authorization_url)
  return started.body.consent.id
}

const tokenOf = (broker: TestBroker, id: string, body: object = {}) =>
  call(broker, `POST /v1/consents/${id}/token`, { body })

/** Capped at 80 % of a token's life: makes a rotation on demand every 0.6 s. */
const NEARLY_FRESH = { min_validity: TTL_SECONDS }

t.test('consents live on through rotations on demand and in the background, by two brokers', async (t) => {
  const { bank, startBroker } = await createPeerWorld(t)
  const onDemand = [
    await startBroker({ REFRESHER: 'off' }),
    await startBroker({ REFRESHER: 'off', PUBLIC_PORT: '0' }),
  ] as const
  const id = await walkConsent(onDemand[0])

  const first = await tokenOf(onDemand[0], id)
  t.match(first, { status: 200, body: { consent_id: id, scope: SCOPES.join(' '), refresh_state: 'ok' } })
  t.ok(await bank.isAccessTokenAlive(first.body.access_token), 'the token is the peer’s own')

  const answers = [first]
  const handedOut = () => new Set(answers.map(({ body }) => body.access_token)).size
  await waitFor('three rotations on demand', async () => {
    const callers = [...onDemand, ...onDemand, ...onDemand]
    answers.push(...(await Promise.all(callers.map((broker) => tokenOf(broker, id, NEARLY_FRESH)))))
    return handedOut() > 3
  })
  t.strictSame([...new Set(answers.map(({ status }) => status))], [200], 'every caller was served')
  t.equal(bank.refreshGrants.length, handedOut() - 1, 'six callers a time cost one call at the bank')

  const other = await walkConsent(onDemand[0])
  const inBackground = [
    await startBroker({ PUBLIC_PORT: '0' }),
    await startBroker({ PUBLIC_PORT: '0' }),
  ] as const
  const before = bank.refreshGrants.length
  await waitFor('rotations in the background', () => bank.refreshGrants.length >= before + 4, 30_000)

  for (const consentId of [id, other]) {
    const last = await tokenOf(inBackground[1], consentId)
    t.match(last, { status: 200, body: { consent_id: consentId, refresh_state: 'ok' } })
    t.ok(await bank.isAccessTokenAlive(last.body.access_token), 'the grant is alive')
  }
  t.strictSame(bank.revokedGrants, [], 'nothing was used twice')
  const presented = bank.refreshGrants.map(({ refreshToken }) => refreshToken)
  t.equal(new Set(presented).size, presented.length, 'each refresh token was presented once')
  t.notOk(
    bank.refreshGrants.some(({ nextRefreshToken }) => nextRefreshToken === null),
    'none was refused',
  )
})

t.test('a refresh token used again by hand kills the grant, and the broker says so', async (t) => {
  const { bank, startBroker } = await createPeerWorld(t)
  const broker = await startBroker({ REFRESHER: 'off' })
  const id = await walkConsent(broker)
  const spent = await waitFor('a rotation', async () => {
    await tokenOf(broker, id, NEARLY_FRESH)
    return bank.refreshGrants[0]
  })

  const reuse = await fetch(bank.endpoints.token, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: spent.refreshToken,
      client_id: 'TPP_test',
    }),
  })
  t.match(await reuse.json(), { error: 'invalid_grant' })
  t.equal(bank.revokedGrants.length, 1, 'the peer punishes reuse')

  const refused = await waitFor('the refusal', async () => {
    const answer = await tokenOf(broker, id, NEARLY_FRESH)
    return answer.status === 200 ? null : answer
  })
  t.match(refused, { status: 409, body: { code: 'reauthorization_required' } })
  t.match((await call(broker, `GET /v1/consents/${id}`)).body, {
    status: 'reauthorization_required',
    status_reason: 'refused_by_bank',
  })
})
