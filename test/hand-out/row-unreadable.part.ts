import { createRig } from '../rotation/fixtures.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const { bank, broker, consent, databaseUrl, sql } = await createRig(t, { env: { TOKEN_CACHE: 'off' } })

t.test('a row that cannot be read within 500 ms: the live token known goes out delayed', async (t) => {
  const { id } = await consent()
  const { body: known } = await getToken(broker, id)
  const holding = sql(`begin; lock table consents in access exclusive mode; select pg_sleep(1.5); commit`)
  await waitFor('the lock', async () => {
    const [{ held }] =
      await sql(`select count(*)::int as held from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and mode = 'AccessExclusiveLock'
      and relation = 'consents'::regclass and granted`)
    return held > 0
  })
  const begun = performance.now()
  t.match(await getToken(broker, id, { min_validity: 7_000 }), {
    status: 200,
    body: { access_token: known.access_token, refresh_state: 'delayed' },
  })
  t.ok(performance.now() - begun >= 490)
  await holding
  t.match(await getToken(broker, id), { status: 200, body: { refresh_state: 'ok' } })
})

t.test('a claim the database cannot take: the live token goes out though it is short', async (t) => {
  const { id } = await consent()
  await sql(
    `update consent_tokens set obtained_at = now() - interval '2 h', access_expires_at = now() + interval '9 s',
    due_at = now() + interval '1 h'`,
  )
  await sql(`alter database ${new URL(databaseUrl).pathname.slice(1)} set default_transaction_read_only = on`)
  await sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'token-broker'
    and datname = current_database()`)
  await waitFor(
    'rows to be read',
    async () => (await getToken(broker, id, { min_validity: 0 })).status === 200,
  )
  bank.ledger.clear()
  t.match(await getToken(broker, id, { min_validity: 60 }), {
    status: 200,
    body: { refresh_state: 'delayed' },
  })
  t.equal(bank.ledger.count(), 0, 'and nothing is presented that could not be written down')
})
