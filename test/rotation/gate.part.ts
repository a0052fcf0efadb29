import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActives } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRig } from './fixtures.ts'

const COUNT = 20

/** Consents of two brokers, and a bank that may fall ill. */
async function createFleet(test: Parameters<typeof createWorld>[0]) {
  const world = await createWorld(test, { env: { BANK_TIMEOUT: '1s', BANK_MAX_CONCURRENCY: '3' } })
  const brokers = [await world.startBroker(), await world.startBroker({ PUBLIC_PORT: '0' })] as const
  const sql = connectSql(test, world.databaseUrl)
  const consents = await importActives(brokers[0], world.bank, COUNT)
  const gateOf = async (index: 0 | 1) =>
    (await call(brokers[index], 'GET /v1/status', { as: 'ops' })).body.refresh.gate
  return {
    ...world,
    brokers,
    consents,
    sql,
    gateOf,
    allDue: () => sql('update consent_tokens set due_at = now()'),
    untilGate: (open: boolean) =>
      waitFor(`the gate to be ${open ? 'open' : 'closed'}`, async () => {
        const gate = await gateOf(1)
        return gate.open === open && gate
      }),
    untilRotated: (count: number) =>
      waitFor(`${count} pairs to be rotated`, async () => {
        const [row] = await sql('select count(*)::int as n from consent_tokens where version > 2')
        return row.n >= count
      }),
  }
}

t.test('a bank that rotates and then fails burns what is in flight, and one more a canary', async (t) => {
  const { bank, brokers, consents, sql, allDue, gateOf, untilGate, untilRotated } = await createFleet(t)
  const ill = bank.faults.add({
    endpoint: 'token',
    times: null,
    when: 'after',
    action: { kind: 'status', status: 500 },
    matches: ({ grantId }) => grantId !== undefined,
  })
  await allDue()
  const closed = await untilGate(false)
  t.match(closed, { reason: 'bank_failing' })
  t.match((await gateOf(0)).events, [{ type: 'gate.closed', detail: { reason: 'bank_failing' } }])
  await waitFor('two canaries', async () => (await untilGate(false)).canary_failures >= 2)
  const burned = ill.struck
  t.comment(`${burned} of ${COUNT} were presented`)
  t.ok(burned <= 2 * 3 + 3 + 4, 'what was in flight, what opened it, and canaries')
  for (const { id } of consents) {
    t.match(await getToken(brokers[1], id), { status: 200, body: { refresh_state: /delayed|lost/ } })
  }
  ill.remove()
  await untilGate(true)
  await untilRotated(COUNT - ill.struck)
  t.same(bank.ledger.presentedMoreThan(2), [])
  const [lost] = await sql(`select count(*)::int as n from consents where status_reason = 'rotation_lost'`)
  t.ok(lost.n <= ill.struck, 'and no other is lost')
})

t.test('a bank that refuses us costs no consent, however long; refreshing goes on by itself', async (t) => {
  const { bank, brokers, consents, allDue, untilGate, untilRotated, sql } = await createFleet(t)
  const refusing = bank.faults.add({
    endpoint: 'token',
    times: null,
    action: { kind: 'status', status: 401, body: { error: 'invalid_client' } },
  })
  const presented = bank.ledger.totals().presented
  await allDue()
  t.match(await untilGate(false), { reason: 'bank_refuses_us' })
  await waitFor('two canaries', async () => (await untilGate(false)).canary_failures >= 2)
  t.match(
    await sql(`select distinct status, presentations from consents join consent_tokens on consent_id = id`),
    [{ status: 'active', presentations: 0 }],
  )
  const [first] = consents
  t.match(await getToken(brokers[0], first?.id ?? ''), {
    status: 200,
    body: { refresh_state: 'delayed' },
  })
  t.ok(bank.ledger.totals().presented - presented < COUNT, 'most were never shown to it')
  refusing.remove()
  await untilGate(true)
  // Those that were refused are held off for a while of their own.
  await sql('update consent_tokens set retry_at = null, due_at = now()')
  await untilRotated(COUNT)
})

const ENV = { BANK_TIMEOUT: '1s' }

for (const [what, times, table, step] of [
  [
    'whose end the database did not take at once',
    2,
    'bank_gates',
    'old.canary_id is not null and new.canary_id is null',
  ],
  [
    'that gets no claim, for the database fails,',
    1,
    'consent_tokens',
    'old.attempt_id is null and new.attempt_id is not null',
  ],
] as const)
  t.test(`a canary ${what} makes way for the next`, async (t) => {
    const { consent, makeDue, sql } = await createRig(t, { env: ENV })
    const { id } = await consent()
    await sql(`create sequence refused`)
    await sql(`create function refuse() returns trigger language plpgsql as $$
      begin
        if nextval('refused') <= ${times} then raise exception 'full' using errcode = '53300'; end if;
        return new;
      end $$`)
    await sql(`update bank_gates set closed_at = now(), close_reason = 'bank_failing'`)
    await sql(`create trigger refuse before update on ${table} for each row
      when (${step}) execute function refuse()`)
    await makeDue(id)
    await waitFor('the gate to open', async () => {
      const [gate] = await sql('select closed_at from bank_gates')
      return gate.closed_at === null
    })
    const [{ asked }] = await sql('select last_value::int as asked from refused')
    t.ok(asked > times, 'it was refused before')
  })

t.test('while a canary waits for the bank, good answers are counted', async (t) => {
  const { bank, consent, makeDue, sql, untilRow } = await createRig(t, { env: ENV })
  const answer = createGate()
  t.teardown(answer.open)
  const [hanging, other] = [await consent(), await consent()]
  const hang = bank.faults.add({
    endpoint: 'token',
    grantId: hanging.grant.grant_id,
    action: { kind: 'wait', until: answer.opened },
  })
  const answers = async () => {
    const [row] = await sql('select coalesce(sum(rotated), 0)::int as rotated from bank_answers')
    return row.rotated
  }
  await waitFor('earlier answers to be counted', async () => (await answers()) >= 6)
  await sql('update bank_gates set healthy_at = null')
  await sql(
    `update consent_tokens set presentations = 1, claims = 1, uncertain_at = now() - interval '1 min' where consent_id = $1`,
    [hanging.id],
  )
  await waitFor('the canary', () => hang.struck === 1)
  const { version } = await untilRow('the other', other.id, () => true)
  await makeDue(other.id)
  await untilRow('its rotation', other.id, (row) => row.version > version)
  await waitFor('it to be counted', async () => (await answers()) >= 7)
  answer.open()
})
