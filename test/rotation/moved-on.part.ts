import { call } from '../support/api.ts'
import { eventsOf, getToken, importBody, importConsents, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRig } from './fixtures.ts'

const { bank, broker, consent, endToken, row, startBroker } = await createRig(t)

/** Has a caller's rotation wait at the bank while something else happens to the consent. */
async function during(id: string, grantId: string, happens: () => Promise<unknown>) {
  await endToken(id)
  const action = { kind: 'delay', delayMs: 400 } as const
  const fault = bank.faults.add({ endpoint: 'token', grantId, when: 'after', action })
  const asked = getToken(broker, id)
  await waitFor('the call to the bank', () => fault.struck === 1)
  await happens()
  return asked
}

t.test('revoked while the bank answers: the pair is dropped, and nothing comes back to life', async (t) => {
  const { id, grant } = await consent()
  const answer = await during(id, grant.grant_id, () => call(broker, `DELETE /v1/consents/${id}`))
  t.match(answer, { status: 410, body: { code: 'consent_revoked' } })
  t.match(await row(id), { status: 'revoked', consent_id: null })
  t.ok(broker.logged.some((line) => line.includes('answer dropped') && line.includes(id)))
  t.equal((await eventsOf(broker, id)).at(-1).type, 'consent.revoked')
})

t.test('a rescue begins a new chain while the old one answers: the new one stays', async (t) => {
  const { id, grant } = await consent()
  const rescue = bank.startGrant({ consentValidityMs: 86_400_000 })
  const body = importBody(rescue, { consent_id: id })
  await during(id, grant.grant_id, () => call(broker, 'POST /v1/consents/import', { as: 'ops', body }))
  await untilStatus(broker, id, 'active')
  t.match(await row(id), { chain: 2, version: 2, presentations: 0 })
  const of = (grantId: string) => presentationsOfGrant(bank, grantId).length
  t.same([of(grant.grant_id), of(rescue.grant_id)], [2, 1])
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
})

t.test('the background goes as fast as BANK_MAX_PER_SECOND lets it, and no faster', async (t) => {
  const paced = await startBroker({ PUBLIC_PORT: '0', BANK_MAX_PER_SECOND: '20' })
  await broker.stop()
  bank.ledger.clear()
  await importConsents(paced, bank, 21)
  await waitFor('all to be rotated', () => bank.ledger.totals().rotated === 21)
  const times = bank.ledger.presentations().map(({ presentedAt }) => presentedAt)
  times.sort((one, other) => one - other)
  // Ten calls take half a second. The median span: the first may reach the bank late, by its connection.
  const spansMs = times.slice(10).map((time, index) => time - (times[index] ?? 0))
  const spanMs = spansMs.sort((one, other) => one - other)[5] ?? 0
  t.ok(spanMs >= 475, `10 in ${spanMs} ms are 20 a second at most`)
  const tookMs = (times.at(-1) ?? 0) - (times[0] ?? 0)
  t.ok(tookMs < 4_000, `and not one a poll: ${tookMs} ms`)
})
