import { KEYS } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRig } from './fixtures.ts'

const rig = await createRig(t, { env: { BANK_TIMEOUT: '300ms', TOKEN_CACHE: 'off' } })
const { bank, broker, consent, endToken, untilRow } = rig

async function staleAtSlowBank(delayMs: number) {
  const { id, grant } = await consent()
  await endToken(id)
  const action = { kind: 'delay', delayMs } as const
  return { id, fault: bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action }) }
}

t.test('a caller waits BANK_TIMEOUT; the exchange goes on and is settled', async (t) => {
  const { id } = await staleAtSlowBank(2_000)
  const begun = performance.now()
  t.match(await getToken(broker, id), { status: 503, body: { code: 'bank_unavailable' } })
  t.ok(performance.now() - begun < 1_800, 'answered before the bank did')
  t.match(await rig.row(id), { presentations: 1, version: 2 })
  await untilRow('the late answer', id, ({ version }) => version === 3)
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
  t.same(bank.ledger.presentedMoreThan(1), [])
})

t.test('a caller who hangs up in the middle of a rotation loses nothing', async (t) => {
  const { id, fault } = await staleAtSlowBank(250)
  const hangUp = new AbortController()
  const asked = getTokenUntil(broker.internalUrl, id, hangUp.signal)
  await waitFor('the call to the bank', () => fault.struck === 1)
  hangUp.abort()
  await t.rejects(asked, { name: 'AbortError' })
  t.match(await untilRow('the answer', id, ({ version }) => version === 3), { presentations: 0 })
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
  t.same(bank.ledger.presentedMoreThan(1), [])
})

function getTokenUntil(internalUrl: string, id: string, signal: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${KEYS.ledger}` }
  return fetch(`${internalUrl}/v1/consents/${id}/token`, { method: 'POST', headers, signal })
}
