import t from 'tap'
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
