import t from 'tap'
import { createRig } from '../../rotation/fixtures.ts'
import { getToken } from '../../support/consents.ts'
import { createGate } from '../../support/gate.ts'
import { presentationsOfGrant } from '../../support/presentations.ts'
import { connectSession } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'

/** What src/adapters.ts opens at most. */
const CONNECTIONS = 20
const CALLERS = 40

const { bank, broker, consent, databaseUrl, endToken, sql, startBroker, untilRow } = await createRig(t)
const other = connectSession(t, databaseUrl)

t.test('every connection waits for a lock of another session', async (t) => {
  const [cached, uncached, stale] = [await consent(), await consent(), await consent()]
  const { body: known } = await getToken(broker, cached.id)
  await endToken(stale.id)
  await sql('update consent_tokens set due_at = now() where consent_id = $1', [uncached.id])
  await waitFor('its rotation', async () => {
    const [row] = await sql('select version from consent_tokens where consent_id = $1', [uncached.id])
    return row.version === 3
  })
  bank.ledger.clear()
  await other('begin')
  await other('lock table consents, consent_tokens in access exclusive mode')

  const begun = performance.now()
  const asked = Array.from({ length: CALLERS }, () => getToken(broker, uncached.id))
  await waitFor('all connections to be blocked', async () => {
    const rows = await sql(`select from pg_stat_activity where datname = current_database()
      and application_name = 'token-broker' and wait_event_type = 'Lock'`)
    return rows.length === CONNECTIONS
  })
  t.match(
    await getToken(broker, cached.id),
    { status: 200, body: { access_token: known.access_token, refresh_state: 'ok' } },
    'a cached token needs no connection',
  )
  const putOff = await Promise.any(asked.map(async (one) => expect503(await one)))
  t.comment(`put off after ${Math.round(performance.now() - begun)} ms`)
  t.match(putOff.body, { code: 'storage_unavailable' })
  t.match(putOff.headers.get('retry-after'), /^[1-9]\d*$/)
  t.equal(bank.ledger.count(), 0, 'nothing is spent without a claim')

  await other('rollback')
  await Promise.all(asked)
  const fresh = await waitFor('it to recover', async () => {
    const answer = await getToken(broker, uncached.id)
    return answer.status === 200 ? answer : null
  })
  t.match(fresh.body, { refresh_state: 'ok' })
  t.match(await getToken(broker, stale.id), { status: 200 })
  t.match(await untilRow('its rotation', stale.id, ({ version }) => version === 3), {
    presentations: 0,
    attempt_id: null,
  })
  t.equal(bank.ledger.count(), 1)
})

t.test('the statement time-out of the role fires while a row is locked', async (t) => {
  const { id, grant } = await consent()
  await sql(`alter database ${new URL(databaseUrl).pathname.slice(1)} set statement_timeout = '1s'`)
  // Only sessions begun from here on have it.
  const limited = await startBroker({ PUBLIC_PORT: '0', REFRESHER: 'off' })
  await endToken(id)
  const lockRow = async () => {
    await other('begin')
    await other('select from consent_tokens where consent_id = $1 for update', [id])
  }
  const presented = presentationsOfGrant(bank, grant.grant_id).length

  await lockRow()
  t.match(await getToken(limited, id), { status: 503, body: { code: 'storage_unavailable' } }, 'the claim')
  t.equal(presentationsOfGrant(bank, grant.grant_id).length, presented, 'nothing is spent without a claim')
  await other('rollback')

  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  const fault = bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
  const asked = getToken(limited, id)
  await waitFor('the call to the bank', () => fault.struck === 1)
  await lockRow()
  gate.open()
  const { status, body } = await asked
  t.equal(status, 200, 'the new token, while its settlement is cancelled')
  await waitFor('the settlement to be cancelled', () =>
    limited.logged.some((line) => line.includes('not saved yet') && line.includes('57014')),
  )
  await other('rollback')
  await untilRow('the save', id, ({ version }) => version === 3)
  t.match(await getToken(limited, id), { status: 200, body: { access_token: body.access_token } })
  t.equal(presentationsOfGrant(bank, grant.grant_id).length, presented + 1)
})

function expect503<A extends { status: number }>(answer: A): A {
  if (answer.status !== 503) throw new Error(`answered ${answer.status}`)
  return answer
}
