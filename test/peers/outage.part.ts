import { migrateToLatest } from '../../src/store/migrate.ts'
import type { Answer } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActives } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { startPrivateServer } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { startReceiver } from '../webhooks/support/receiver.ts'
import { subscribersFile } from '../webhooks/support/subscribers.ts'
import { figure } from './row.ts'

const IN_FLIGHT = 20

t.jobs = 2

t.test('Postgres stops between the answer and the save: nothing lost', async (t) => {
  const postgres = await startPrivateServer(t)
  await migrateToLatest(postgres.url)
  const { bank, startBroker } = await createWorld(t, { databaseUrl: postgres.url })
  const broker = await startBroker()
  const consents = await importActives(broker, bank, IN_FLIGHT)
  const sql = connectSql(t, postgres.url)
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  const fault = bank.faults.add({ endpoint: 'token', when: 'after', times: null, action })
  const known = await tokensOf(broker, consents)
  await sql('update consent_tokens set due_at = now()')
  await waitFor('all calls to the bank', () => fault.struck === IN_FLIGHT)
  await postgres.stop('immediate')
  gate.open()
  const newest = await waitFor('the new tokens to be served from memory', async () => {
    const tokens = await tokensOf(broker, consents)
    return tokens.every((token, index) => token !== known[index]) && tokens
  })
  await postgres.start()
  const saved = await waitFor('the pairs to be saved', async () => {
    const rows = await sql('select 1 from consent_tokens where version = 3').catch(() => [])
    return rows.length === IN_FLIGHT ? rows.length : null
  })
  figure(t, 'Postgres stops between answer and save', `${IN_FLIGHT} answers, ${IN_FLIGHT - saved} lost`)
  await waitFor('the rows to be read again', async () => {
    const states = await Promise.all(consents.map(async ({ id }) => (await getToken(broker, id)).body))
    return states.every(({ refresh_state }) => refresh_state === 'ok')
  })
  t.same(await tokensOf(broker, consents), newest, 'what was served is what was saved')
  t.same(bank.ledger.presentedMoreThan(1), [])
})

async function tokensOf(broker: { internalUrl: string }, consents: readonly { id: string }[]) {
  const answers = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
  return answers.map(({ body }) => body.access_token as string)
}

const CONSENTS = 100

t.test('bank down, access tokens still valid: all served, marked delayed', async (t) => {
  const { bank, databaseUrl, startBroker } = await createWorld(t)
  const broker = await startBroker()
  const consents = await importActives(broker, bank, CONSENTS)
  await bank.close()
  await connectSql(
    t,
    databaseUrl,
  )(`update consent_tokens set due_at = now(), access_expires_at = now() + interval '30 s'`)
  const answers: Answer[] = []
  await waitFor('all rotations to be put off', async () => {
    const round = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
    answers.push(...round)
    return round.every(({ body }) => body.refresh_state === 'delayed')
  })
  const asking = consents.map(({ id }) => getToken(broker, id, { min_validity: 60 }))
  answers.push(...(await Promise.all(asking)))
  const served = answers.filter(({ status }) => status === 200).length
  const delayed = answers.slice(-2 * CONSENTS).filter(({ body }) => body.refresh_state === 'delayed').length
  figure(
    t,
    'bank down, access token still valid',
    `${(served / answers.length) * 100} % of ${answers.length} served; ${delayed} of the last ${2 * CONSENTS} marked delayed`,
  )
  t.equal(served, answers.length)
  t.equal(delayed, 2 * CONSENTS)
})

const TOLD = 50

t.test(
  'webhook receiver down, broker ended meanwhile: delivered at least once, one event per change',
  async (t) => {
    const { bank, databaseUrl, startBroker } = await createWorld(t)
    const receiver = await startReceiver(t)
    const port = Number(new URL(receiver.url).port)
    const { secret, url } = receiver
    const file = await subscribersFile(t, [{ id: 'ledger', url, secret }])
    const sql = connectSql(t, databaseUrl)
    const broker = await startBroker({ WEBHOOKS_FILE: file.path })
    await waitFor('the subscriber', async () => (await sql('select from webhook_subscribers')).length > 0)
    await receiver.close()
    const consents = await importActives(broker, bank, TOLD)
    await waitFor('each to be tried', async () => {
      const tried = await sql('select from webhook_deliveries where last_error is not null and not sending')
      return tried.length === TOLD
    })
    await broker.stop()
    // What a process leaves that is killed in mid-delivery: a claim that nobody ends.
    await sql(`update webhook_deliveries set sending = true, next_attempt_at = now()`)
    const again = await startReceiver(t, { port, secret })
    await startBroker({ WEBHOOKS_FILE: file.path })
    await waitFor('all to come', () => consents.every(({ id }) => again.typesOf(id).length > 0))
    const ids = new Set(again.received.map(({ id }) => id))
    const doubled = again.received.length - ids.size
    const row = 'webhook receiver down, or process killed'
    figure(t, row, `${TOLD} changes, ${TOLD - ids.size} lost, ${doubled} told twice`)
    t.equal(ids.size, TOLD)
    t.equal(doubled, 0)
    for (const { id } of consents) t.same(again.typesOf(id), ['consent.activated'])
  },
)
