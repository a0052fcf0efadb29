import { createRig } from '../rotation/fixtures.ts'
import { getToken } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const CONSENTS = 12
/** Every hand-out reads its row, and callers wait longer than a failover of this test lasts. */
const env = { BANK_TIMEOUT: '30s', TOKEN_CACHE: 'off' }

const { bank, broker, consent, databaseUrl, row, sql, untilRow } = await createRig(t, { env })
const database = new URL(databaseUrl).pathname.slice(1)

/** What a failover looks like from here: every connection drops, and where the next ones lead only reads. */
async function turnReadOnly(): Promise<void> {
  await sql(`alter database ${database} set default_transaction_read_only = on`)
  await dropConnections()
}

async function turnWritable(): Promise<void> {
  await sql(`begin read write; alter database ${database} reset default_transaction_read_only; commit`)
}

function dropConnections(): Promise<unknown> {
  return sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'token-broker%'`)
}

t.test('while the database only reads, nothing is spent, and live tokens go out delayed', async (t) => {
  const consents = []
  for (let made = 0; made < CONSENTS; made += 1) consents.push(await consent())
  const ids = consents.map(({ id }) => id)
  const before = new Map<string, string>()
  for (const id of ids) before.set(id, (await getToken(broker, id)).body.access_token)
  bank.ledger.clear()
  await turnReadOnly()
  // Due, and shorter than what callers ask for.
  await sql(`begin read write; update consent_tokens set due_at = now(), obtained_at = now() - interval '90 min',
    access_expires_at = now() + interval '30 min'; commit`)

  await waitFor('the refresher to notice', () =>
    broker.logged.some((line) => line.includes('"loop":"rotation"') && line.includes('25006')),
  )
  for (const id of ids) {
    t.match(await getToken(broker, id, { min_validity: 5_000 }), {
      status: 200,
      body: { access_token: before.get(id), refresh_state: 'delayed' },
    })
  }
  t.equal(bank.ledger.count(), 0, 'no token is presented that could not be written down')
  t.same(await sql('select from consent_tokens where attempt_id is not null or presentations > 0'), [])

  await turnWritable()
  for (const id of ids) await untilRow('its rotation', id, ({ version }) => version === 3)
  t.equal(bank.ledger.count(), CONSENTS)
  t.same(bank.ledger.presentedMoreThan(1), [])
  await waitFor('fresh tokens', async () => {
    const answers = await Promise.all(ids.map((id) => getToken(broker, id)))
    return answers.every(({ body }, index) => body.access_token !== before.get(ids[index] ?? ''))
  })
})

t.test(
  'a failover between the bank and the save: the answer waits, and is handed out meanwhile',
  async (t) => {
    const { id, grant } = await consent()
    await sql(
      `update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 h' where consent_id = $1`,
      [id],
    )
    const { opened, open } = createGate()
    const action = { kind: 'wait', until: opened } as const
    const fault = bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
    const asked = getToken(broker, id)
    await waitFor('the call to the bank', () => fault.struck === 1)
    await turnReadOnly()
    open()
    const { status, body } = await asked
    t.equal(status, 200, 'the new pair, though it is not saved')
    t.match(await row(id), { version: 2, presentations: 1 })
    t.match(await getToken(broker, id), { status: 200, body: { access_token: body.access_token } })
    await turnWritable()
    t.match(await untilRow('the save', id, ({ version }) => version === 3), {
      presentations: 0,
      attempt_id: null,
    })
    t.same(bank.ledger.presentedMoreThan(1), [])
  },
)
