import { mkdir, rm } from 'node:fs/promises'
import t from 'tap'
import { createSpoolWorld, rotationOf, type SpoolWorld, spoolBy, spoolStatus } from '../../spool/fixtures.ts'
import { call } from '../../support/api.ts'
import { getToken, type ImportedConsent, importActive } from '../../support/consents.ts'
import { createGate } from '../../support/gate.ts'
import { startMain } from '../../support/main-process.ts'
import { connectSession } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'

type Reached = { readonly internalUrl: string }

/** Rotates a consent whose answer finds the database gone; resolves the token that was handed out. */
async function rotateIntoOutage(
  world: SpoolWorld,
  broker: Reached,
  { id }: ImportedConsent,
): Promise<string> {
  await world.sql(`update consent_tokens set obtained_at = now() - interval '2 h',
    access_expires_at = now() + interval '20 s', due_at = now() + interval '1 h'`)
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  const fault = world.bank.faults.add({ endpoint: 'token', action })
  const asked = getToken(broker, id, { min_validity: 60 })
  await waitFor('the bank to be asked', () => fault.struck === 1)
  world.proxy.refuse()
  gate.open()
  return (await asked).body.access_token
}

t.test('a spooled answer is saved as soon as the database is back, and its file removed', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const token = await rotateIntoOutage(world, broker, await importActive(broker, world.bank))
  await waitFor('the spool', async () => (await world.files()).length === 1)
  await waitFor('its count', async () => {
    const { text } = await call(broker, 'GET /metrics')
    return /^token_broker_unsaved_answers 1$/m.test(text) && /^token_broker_spooled_answers 1$/m.test(text)
  })
  world.proxy.accept()
  await waitFor('the removal', async () => (await world.files()).length === 0)
  t.match(await world.sql('select version from consent_tokens'), [{ version: 3 }])
  t.match(await spoolStatus(broker), { unsaved: 0, waiting: 0 })
  t.ok(token)
})

t.test('a save that hangs is spooled within about a second', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const { id } = await importActive(broker, world.bank)
  await world.sql(`update consent_tokens set due_at = now() + interval '1 h'`)
  const { body: old } = await getToken(broker, id)
  const gate = createGate()
  const fault = world.bank.faults.add({ endpoint: 'token', action: { kind: 'wait', until: gate.opened } })
  const asked = getToken(broker, id, { rejected_token: old.access_token })
  await waitFor('the bank to be asked', () => fault.struck === 1)
  const session = connectSession(t, world.directUrl)
  await session('begin')
  await session('select 1 from consent_tokens for update')
  gate.open()
  t.equal((await asked).status, 200)
  await waitFor('the spool', async () => (await world.files()).length === 1)
  t.notOk(
    broker.logged.some((line) => line.includes('is not saved yet')),
    'nothing has failed',
  )
  await session('rollback')
  await waitFor('the removal', async () => (await world.files()).length === 0)
  t.match(await world.sql('select version from consent_tokens'), [{ version: 3 }])
})

t.test('an answer nobody can read is kept at once, whatever holds up the gate', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const { id } = await importActive(broker, world.bank)
  await world.sql(`update consent_tokens set due_at = now() + interval '1 h'`)
  const { body: old } = await getToken(broker, id)
  const session = connectSession(t, world.directUrl)
  await session('begin')
  await session('select from bank_gates for update')
  world.bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'edit', truncateTo: 40 } })
  const asked = getToken(broker, id, { rejected_token: old.access_token })
  const isKept = async () => {
    const [row] = await world.sql('select unreadable_answer from consent_tokens')
    return row.unreadable_answer !== null
  }
  await waitFor('the answer to be kept, before the statement on the gate is given up', isKept, 5_000)
  await session('rollback')
  await asked
})

t.test('a spool that cannot be written is tried again with each save that fails', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const consent = await importActive(broker, world.bank)
  await rm(world.spoolDir, { recursive: true })
  const token = await rotateIntoOutage(world, broker, consent)
  await waitFor('the complaint', () =>
    broker.logged.some((line) => line.includes('cannot be spooled; it is in memory only')),
  )
  t.match(await getToken(broker, consent.id), { status: 200, body: { access_token: token } })
  await mkdir(world.spoolDir)
  await waitFor(
    'the spool',
    async () => (await world.files()).some((file) => file.endsWith('.answer')),
    30_000,
  )
  world.proxy.accept()
  await waitFor('the removal', async () => (await world.files()).length === 0, 30_000)
  t.match(await world.sql('select version from consent_tokens'), [{ version: 3 }])
})

t.test('two processes on one folder: what one replays changes nothing for the other', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const consent = await importActive(broker, world.bank)
  const token = await rotateIntoOutage(world, broker, consent)
  await waitFor('the spool', async () => (await world.files()).length === 1)
  const other = await world.startBroker({ DATABASE_URL: world.directUrl, PUBLIC_PORT: '0' })
  t.same(await world.files(), [])
  t.match(await getToken(other, consent.id), { status: 200, body: { access_token: token } })
  await other.stop()
  world.proxy.accept()
  await waitFor('the first to save', async () => (await spoolStatus(broker)).unsaved === 0)
  t.match(await world.sql('select version, presentations from consent_tokens'), [
    { version: 3, presentations: 0 },
  ])
  t.match(await getToken(broker, consent.id), { status: 200, body: { access_token: token } })
  t.same(await world.files(), [])
  t.same(world.bank.ledger.presentedMoreThan(1), [])
})

t.test('SIGTERM while the database is gone: what is spooled is not waited for', async (t) => {
  const world = await createSpoolWorld(t)
  const main = startMain(t, world.env)
  const reached = await main.untilReady()
  const token = await rotateIntoOutage(world, reached, await importActive(reached, world.bank))
  await main.untilLogged('an answer of the bank is spooled')
  main.child.kill('SIGTERM')
  t.equal(await main.ended, 0)
  t.match(main.output(), 'an answer of the bank is left to the spool')
  t.equal((await world.files()).length, 1)
  world.proxy.accept()
  const broker = await world.startBroker()
  const [{ consent_id: id }] = await world.sql('select consent_id from consent_tokens')
  t.match(await getToken(broker, id), { status: 200, body: { access_token: token } })
})

t.test('a database that fails during the replay is tried again, and nothing is saved twice', async (t) => {
  const world = await createSpoolWorld(t)
  const first = await world.startBroker()
  const { id } = await importActive(first, world.bank)
  await first.stop()
  await world.sql(`update consent_tokens set due_at = now() + interval '1 h'`)
  await spoolBy(world, await rotationOf(world.vault, { consentId: id, chain: 1, version: 2 }))
  world.proxy.loseAnswerTo('with answers as', 'refuse')
  const starting = world.startBroker()
  await world.proxy.lost()
  t.equal((await world.files()).length, 1)
  world.proxy.accept()
  const broker = await starting
  t.ok(broker.logged.some((line) => line.includes('has not taken all of the spool yet')))
  await waitFor('the replay', async () => (await world.files()).length === 0)
  t.match(await world.sql('select version from consent_tokens'), [{ version: 3 }])
  t.match(await spoolStatus(broker), { waiting: 0, set_aside: 0 })
})
