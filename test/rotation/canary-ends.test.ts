import t from 'tap'
import { createGate } from '../support/gate.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRig } from './fixtures.ts'

const ENV = { BANK_TIMEOUT: '1s' }

t.test('a canary whose end the database did not take at once makes way for the next', async (t) => {
  const { consent, makeDue, sql } = await createRig(t, { env: ENV })
  const { id } = await consent()
  await sql(`create sequence ends_refused`)
  await sql(`create function refuse_end() returns trigger language plpgsql as $$
    begin
      if nextval('ends_refused') <= 2 then raise exception 'full' using errcode = '53300'; end if;
      return new;
    end $$`)
  await sql(`create trigger refuse_end before update on bank_gates for each row
    when (old.canary_id is not null and new.canary_id is null) execute function refuse_end()`)
  await sql(`update bank_gates set closed_at = now(), close_reason = 'bank_failing'`)
  await makeDue(id)
  await waitFor('the gate to open', async () => {
    const [gate] = await sql('select closed_at from bank_gates')
    return gate.closed_at === null
  })
})

t.test('a canary that gets no claim, for the database fails, makes way for the next', async (t) => {
  const { consent, makeDue, sql } = await createRig(t, { env: ENV })
  const { id } = await consent()
  await sql(`create sequence claims_refused`)
  await sql(`create function refuse_claim() returns trigger language plpgsql as $$
    begin
      if nextval('claims_refused') <= 1 then raise exception 'full' using errcode = '53300'; end if;
      return new;
    end $$`)
  await sql(`update bank_gates set closed_at = now(), close_reason = 'bank_failing'`)
  await sql(`create trigger refuse_claim before update on consent_tokens for each row
    when (old.attempt_id is null and new.attempt_id is not null) execute function refuse_claim()`)
  await makeDue(id)
  await waitFor('the gate to open', async () => {
    const [gate] = await sql('select closed_at from bank_gates')
    return gate.closed_at === null
  })
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
