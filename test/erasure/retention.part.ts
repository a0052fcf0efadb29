import { EXCHANGE, eventsOf, headingOf, RETURN_URL, statusOf, tokenOf, walkRenewal } from '../flow/helpers.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, SCOPES, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, importBody, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, { env: { RETENTION: '400d' } })
const { bank } = world
const broker = await world.startBroker()
const keeping = await world.startBroker({ RETENTION: '', PUBLIC_PORT: '0' })
const sql = connectSql(t, world.databaseUrl)

const PERSONAL = {
  customer_reference: 'customer-of-flesh-and-blood',
  metadata: { nickname: 'Flipje-from-Tiel' },
  return_url: RETURN_URL,
  confirm: true,
}
/** As they, or what is made of them, may stand in a table. */
const TRACES = [
  'customer-of-flesh-and-blood',
  'Flipje-from-Tiel',
  'order=7',
  'NL12ABNA',
  'eyJhbGciOiJkaXIi',
  'a-transaction-of-theirs',
]

/** Everything stored that names these consents, as text. */
async function dump(...ids: string[]): Promise<string> {
  const tables = await sql(`select tablename as name from pg_tables where schemaname = 'public'`)
  const texts = await Promise.all(
    tables.map(({ name }) =>
      sql(`select x::text as text from ${name} x where x::text ~ $1`, [ids.join('|')]),
    ),
  )
  const walks = await sql(
    `select a::text || coalesce(t::text, '') as text from authorizations a left join authorization_attempts t
       on t.authorization_id = a.id where a.consent_id = any($1)`,
    [ids],
  )
  return [...texts.flat(), ...walks].map(({ text }) => text).join('\n')
}

const tracesIn = (text: string) => TRACES.filter((trace) => text.includes(trace))

/** As if the consent had ended so long ago. */
async function ended(id: string, ago: string): Promise<void> {
  const [row] = await sql('select ended_at from consents where id = $1', [id])
  if (row.ended_at === null) throw new Error('a consent that has ended has no end')
  await sql('update consents set ended_at = clock_timestamp() - $2::interval where id = $1', [id, ago])
}

async function expire(id: string): Promise<void> {
  await sql(`update consents set expires_at = clock_timestamp() - interval '1 s' where id = $1`, [id])
  // A round passes over a consent that another statement holds just then.
  await waitFor('the consent to end', async () => {
    await broker.broker.keepHouse()
    const [row] = await sql('select ended_at from consents where id = $1', [id])
    return row.ended_at !== null
  })
}

const erasedAt = async (id: string) => (await getConsent(broker, id)).erased_at

async function active(more: object = {}): Promise<string> {
  const id = await activate(broker, { ...PERSONAL, ...more })
  await sql(`update consents set transaction_id = 'a-transaction-of-theirs' where id = $1`, [id])
  return id
}

const MAKE: Readonly<Record<string, () => Promise<string>>> = {
  revoked: async () => {
    const id = await active()
    await call(broker, `DELETE /v1/consents/${id}`)
    return id
  },
  rejected: async () => (await walk(broker, PERSONAL, { decision: 'cancel' })).id,
  'failed/exchange_refused': async () => {
    const action = { kind: 'status', status: 400, body: { error: 'invalid_grant' } } as const
    bank.faults.add({ ...EXCHANGE, times: 1, action })
    return (await walk(broker, PERSONAL)).id
  },
  'failed/refused_by_bank': async () => {
    const grant = bank.startGrant({})
    bank.revokeConsent({ grantId: grant.grant_id })
    const { customer_reference, metadata } = PERSONAL
    const body = importBody(grant, { owner: 'ledger', customer_reference, metadata })
    const { id } = (await call(broker, 'POST /v1/consents/import', { as: 'ops', body })).body
    await untilStatus(broker, id, 'failed')
    return id
  },
  abandoned: async () => {
    const headers = { 'idempotency-key': 'an-order' }
    const answer = await call(broker, 'POST /v1/consents', { body: { scopes: SCOPES, ...PERSONAL }, headers })
    const { consent, authorization_url: url } = answer.body
    const { id } = consent
    await createBrowser().walk(url)
    t.equal((await sql('select from idempotency_keys where consent_id = $1', [id])).length, 1, 'an answer')
    await sql(`update authorizations set abandon_at = now() - interval '1 s' where consent_id = $1`, [id])
    await broker.broker.keepHouse()
    return id
  },
  expired: async () => {
    const id = await active()
    await expire(id)
    return id
  },
  'expired, that the bank had ended before': async () => {
    const id = await active()
    bank.revokeConsent({ iban: ACCOUNTS[0] })
    await sql('update consent_tokens set due_at = clock_timestamp() where consent_id = $1', [id])
    await untilStatus(broker, id, 'reauthorization_required')
    await expire(id)
    return id
  },
}

for (const [how, make] of Object.entries(MAKE)) {
  t.test(`${how}: its personal data go after their time, and its skeleton stays`, async (t) => {
    const id = await make()
    const status = await statusOf(broker, id)
    t.ok(how.startsWith(status.split('/')[0] ?? ''), status)
    await ended(id, '399 days')
    await broker.broker.keepHouse()
    t.equal(await erasedAt(id), null, 'not before')
    const [before, events] = [await getConsent(broker, id), await eventsOf(broker, id)]
    t.ok(tracesIn(await dump(id)).length > 0, 'there is something to erase')

    await ended(id, '401 days')
    await keeping.broker.keepHouse()
    t.notMatch(keeping.logged.join(''), /"erased":[1-9]/, 'a replica without RETENTION erases nothing')
    await broker.broker.keepHouse()
    const after = await getConsent(broker, id)
    t.strictSame(tracesIn(await dump(id)), [])
    t.strictSame(
      await sql('select from consent_tokens where consent_id = $1', [id]),
      [],
      'no tokens, however dead',
    )
    t.strictSame(
      await sql('select from idempotency_keys where consent_id = $1 and stored_answer is not null', [id]),
      [],
      'nor an answer that is kept to be given again',
    )
    t.match(after.erased_at, /Z$/)
    const gone = { customer_reference: null, metadata: {}, account: null, transaction_id: null }
    const { refresh, renewal_advised_at, explanation, ...skeleton } = before
    t.match(after, { ...skeleton, ...gone, erased_at: String, renewal_advised_in_days: null })
    t.strictSame(await eventsOf(broker, id), [...events, 'consent.erased'], 'its history stays')

    const over = { status: 410, body: { code: 'consent_erased' } }
    t.match(await tokenOf(broker, id), { status: 410, code: 'consent_erased', token: undefined })
    const onto = importBody(bank.startGrant({ consentValidityMs: 86_400_000 }), { consent_id: id })
    const asks = [
      [`POST /v1/consents/${id}/authorizations`, { body: {} }],
      [`POST /v1/consents/${id}/confirm`, { body: { result_code: 'x'.repeat(43) } }],
      [`POST /v1/consents/import`, { as: 'ops', body: onto }],
      [`GET /v1/consents/${id}/account`, {}],
    ] as const
    for (const [route, options] of asks) {
      t.match(await call(broker, route, options), over, route)
    }
    t.equal(
      (
        await call(broker, `GET /v1/consents?customer_reference=${PERSONAL.customer_reference}`)
      ).body.items.filter((one: { id: string }) => one.id === id).length,
      0,
    )

    await broker.broker.keepHouse()
    t.equal((await getConsent(broker, id)).erased_at, after.erased_at, 'once')
    t.equal((await call(broker, `DELETE /v1/consents/${id}`)).status, 204)
    t.equal(await statusOf(broker, id), 'revoked')
    t.strictSame(tracesIn(await dump(id)), [])
  })
}

t.test('a consent that lives is left alone, however old', async (t) => {
  const id = await active()
  await sql(
    `update consents set created_at = now() - interval '9 years', authorized_at = created_at where id = $1`,
    [id],
  )
  await broker.broker.keepHouse()
  t.match(await getConsent(broker, id), { erased_at: null, customer_reference: PERSONAL.customer_reference })
})

t.test('an import that is sent again after the erasure does not present its token again', async (t) => {
  const grant = bank.startGrant({ consentValidityMs: 86_400_000 })
  const body = importBody(grant, { owner: 'ledger', customer_reference: 'customer-of-flesh-and-blood' })
  const send = () => call(broker, 'POST /v1/consents/import', { as: 'ops', body })
  const { id } = (await send()).body
  await untilStatus(broker, id, 'active')
  await expire(id)
  await ended(id, '401 days')
  await broker.broker.keepHouse()
  t.match(await send(), { status: 410, body: { code: 'consent_erased' } })
  const presented = bank.ledger.presentations().filter((one) => one.refreshToken === grant.refresh_token)
  t.equal(presented.length, 1)
})

t.test('a renewal on its way is not erased under its customer; once it is over, it is', async (t) => {
  const id = await active()
  await expire(id)
  await ended(id, '401 days')
  const { url } = await renew(broker, id)
  await broker.broker.keepHouse()
  t.equal(await erasedAt(id), null, 'its link is open')
  t.equal(headingOf(await createBrowser().consent(url, { iban: ACCOUNTS[0] })), 'You have given permission')
  t.match(await getConsent(broker, id), { status: 'active', customer_reference: PERSONAL.customer_reference })

  await expire(id)
  await ended(id, '401 days')
  bank.faults.add({ endpoint: 'consentinfo', times: null, action: { kind: 'status', status: 503 } })
  t.equal(headingOf(await walkRenewal(broker, id)), 'One moment, please')
  await waitFor(
    'the pair to be staged',
    async () => (await sql('select from staged_tokens where consent_id = $1', [id])).length,
  )
  await broker.broker.keepHouse()
  t.equal(await erasedAt(id), null, 'its pair waits for its account')
  bank.faults.clear()
  await sql(
    `update staged_tokens set access_expires_at = clock_timestamp() - interval '1 s', check_after = now() - interval '1 s',
       access_token = 'unreadable' where consent_id = $1`,
    [id],
  )
  await broker.broker.keepHouse()
  await waitFor('the renewal to be refused', async () =>
    (await eventsOf(broker, id)).includes('renewal.refused account_unverified'),
  )
  await broker.broker.keepHouse()
  t.ok(await erasedAt(id))
})
