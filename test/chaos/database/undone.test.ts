import t from 'tap'
import { systemClock } from '../../../src/clock.ts'
import { createRig } from '../../rotation/fixtures.ts'
import { eventsOf, getToken } from '../../support/consents.ts'
import { presentationsOfGrant } from '../../support/presentations.ts'

/** No second presentation within the test: it would be another story. */
const env = { BANK_REFRESH_REPLAY: 'last_chance' }
/** Every back-off its shortest. */
const clock = { ...systemClock, chance: () => 0 }
const rig = await createRig(t, { env, clock })
const { bank, broker, consent, databaseUrl, row, sql, startBroker, untilRow } = rig

/** The steps of a rotation, each by what only its statement does to a row. */
const STEPS = {
  claim: 'new.presentations > old.presentations',
  settle: 'new.version > old.version',
  'give back': 'new.presentations < old.presentations and new.version = old.version',
  refuse: 'old.attempt_id is not null and new.due_at is null',
  park: `old.attempt_id is not null and new.attempt_id is null and new.presentations = old.presentations
    and new.due_at is not null`,
} as const

const UNDOINGS = [
  ['a deadlock', '40P01'],
  ['a serialization failure', '40001'],
  ['a statement time-out', '57014'],
] as const

/** What the bank answers so that a step comes about, and how the row then stands. */
const ENDS = {
  claim: { version: 3, presentations: 0, attempt_id: null },
  settle: { version: 3, presentations: 0, attempt_id: null },
  'give back': { version: 2, presentations: 0, attempt_id: null, consecutive_failures: 1 },
  refuse: { version: 2, status: 'reauthorization_required', status_reason: 'refused_by_bank' },
  park: { version: 2, presentations: 1, attempt_id: null, consecutive_failures: 1 },
} as const

await sql('create sequence undone')
await sql(`create function undo() returns trigger language plpgsql as $$ begin
  if nextval('undone') <= 2 then raise exception 'undone' using errcode = tg_argv[0]; end if;
  return new;
end $$`)

for (const step of Object.keys(STEPS) as (keyof typeof STEPS)[]) {
  for (const [what, sqlstate] of UNDOINGS) {
    t.test(`${step}: ${what}, twice`, async (t) => {
      const { id, grant } = await consent()
      await shorten(id)
      answerWith(step, grant.grant_id)
      const before = presentationsOfGrant(bank, grant.grant_id).length
      const presented = () => presentationsOfGrant(bank, grant.grant_id).length - before
      await sql(`select setval('undone', 1, false)`)
      await sql(`create trigger undo before update on consent_tokens for each row
        when (new.consent_id = '${id}' and ${STEPS[step]}) execute function undo('${sqlstate}')`)
      t.teardown(() => sql('drop trigger undo on consent_tokens'))
      const ask = () => getToken(broker, id, { min_validity: 5_000 })
      const first = await ask()
      t.equal(first.status, step === 'refuse' ? 409 : 200, 'a live token goes out')
      // A time-out is the server's word that it is too busy: callers try again, not we.
      if (step === 'claim' && sqlstate === '57014') {
        t.match(first.body, { refresh_state: 'delayed' })
        t.match((await ask()).body, { refresh_state: 'delayed' })
        t.equal(presented(), 0, 'nothing is spent without a claim')
        t.match((await ask()).body, { refresh_state: 'ok' })
      }
      await untilRow('its end', id, (current) =>
        Object.entries(ENDS[step]).every(([column, value]) => current[column] === value),
      )
      t.match(await sql('select last_value::int as runs from undone'), [{ runs: 3 }])
      t.equal(presented(), 1, 'presented once')
      const events = (await eventsOf(broker, id)).map(({ type }) => type)
      t.equal(new Set(events).size, events.length, 'and told once')
    })
  }
}

/** Less life than is asked for, and its turn in the background still far away. */
function shorten(id: string): Promise<unknown> {
  return sql(
    `update consent_tokens set obtained_at = now() - interval '90 min', due_at = now() + interval '1 h',
      access_expires_at = now() + interval '30 min' where consent_id = $1`,
    [id],
  )
}

const TOO_MANY = { kind: 'status', status: 429, headers: { 'retry-after': '600' } } as const

function answerWith(step: keyof typeof STEPS, grantId: string): void {
  const fault = { endpoint: 'token', grantId } as const
  if (step === 'give back') bank.faults.add({ ...fault, action: TOO_MANY })
  if (step === 'park') bank.faults.add({ ...fault, action: { kind: 'reset' } })
  if (step === 'refuse') bank.revokeConsent({ grantId })
}

t.test('a role whose transactions are all serializable: nothing is lost, nothing spent twice', async (t) => {
  const consents = []
  for (let made = 0; made < 12; made += 1) consents.push(await consent())
  const listed = consents.map(({ id }) => `'${id}'`).join()
  const database = new URL(databaseUrl).pathname.slice(1)
  await sql(`alter database ${database} set default_transaction_isolation = serializable`)
  await sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'token-broker'`)
  const rival = await startBroker({ PUBLIC_PORT: '0' })
  bank.ledger.clear()
  for (let round = 3; round < 5; round += 1) {
    await sql(`begin isolation level read committed;
      update consent_tokens set due_at = now() where consent_id in (${listed}); commit`)
    await Promise.all(consents.map(({ id }) => untilRow('its turn', id, ({ version }) => version === round)))
  }
  t.same(bank.ledger.presentedMoreThan(1), [])
  t.equal(bank.ledger.count(), 2 * consents.length)
  await rival.stop()
  for (const { id } of consents) t.match(await row(id), { presentations: 0, attempt_id: null })
})
