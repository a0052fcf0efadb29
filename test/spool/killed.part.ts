import { readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ACCOUNTS, activate, renew, start } from '../support/authorize.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken, importActive, untilStatus } from '../support/consents.ts'
import { allowForgetting } from '../support/forget-history.ts'
import { createGate } from '../support/gate.ts'
import { startMain } from '../support/main-process.ts'
import { t } from '../support/parts.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { waitFor } from '../support/wait-for.ts'
import { createSpoolWorld, type SpoolWorld, spoolStatus } from './fixtures.ts'

/** Too short for who asks for more, and not due in the background. */
const SHORT = `update consent_tokens set obtained_at = now() - interval '2 h',
  access_expires_at = now() + interval '20 s', due_at = now() + interval '1 h'`

/** Holds up such requests at the bank until the gate opens. */
function holdAnswers({ bank }: SpoolWorld, grantType: string, times = 1) {
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  return { ...gate, fault: bank.faults.add({ endpoint: 'token', grantType, times, action }) }
}

t.test(
  'Postgres gone between the answer and the save, then kill -9: the next start has the pair',
  async (t) => {
    const world = await createSpoolWorld(t)
    const { bank, proxy, sql, files, spoolDir } = world
    const doomed = startMain(t, world.env)
    const reached = await doomed.untilReady()
    const { id, grant } = await importActive(reached, bank)
    await sql(SHORT)
    const held = holdAnswers(world, 'refresh_token')
    const asked = getToken(reached, id, { min_validity: 60 })
    await waitFor('the bank to be asked', () => held.fault.struck === 1)
    proxy.refuse()
    held.open()
    const { status, body: fresh } = await asked
    t.equal(status, 200, 'handed out from memory')
    await doomed.untilLogged('an answer of the bank is spooled')

    const [file = '', ...others] = await files()
    t.match(file, new RegExp(`^${id}\\.rotation\\..*\\.answer$`))
    t.same(others, [])
    t.equal((await stat(join(spoolDir, file))).mode & 0o777, 0o600)
    const refreshToken = bank.ledger.currentRefreshToken(grant.grant_id) ?? 'none'
    const stored = await readFile(join(spoolDir, file), 'utf8')
    for (const secret of [fresh.access_token, refreshToken]) {
      t.notMatch(stored, secret)
      t.notMatch(stored, Buffer.from(secret).toString('base64url').slice(0, -2))
      t.notMatch(doomed.output(), secret)
    }
    await doomed.kill()
    t.match(await sql('select version, presentations from consent_tokens'), [
      { version: 2, presentations: 1 },
    ])

    proxy.accept()
    const broker = await world.startBroker()
    t.match(await sql('select version, presentations, attempt_id from consent_tokens'), [
      { version: 3, presentations: 0, attempt_id: null },
    ])
    t.match(await getToken(broker, id), { status: 200, body: { access_token: fresh.access_token } })
    t.same(await files(), [])
    t.same(await spoolStatus(broker), { enabled: true, unsaved: 0, waiting: 0, set_aside: 0 })
    t.same(bank.ledger.presentedMoreThan(1), [])
    t.equal(presentationsOfGrant(bank, grant.grant_id).length, 2)
    const { body: next } = await getToken(broker, id, { rejected_token: fresh.access_token })
    t.not(next.access_token, fresh.access_token, 'the chain goes on')
    t.same(bank.ledger.presentedMoreThan(1), [])
  },
)

t.test('a first exchange, a renewal and an answer nobody could read are spooled alike', async (t) => {
  const world = await createSpoolWorld(t)
  const { bank, proxy, sql, files } = world
  const doomed = startMain(t, world.env)
  const reached = await doomed.untilReady()
  const renewed = await activate(reached)
  const garbled = await importActive(reached, bank)
  await sql(SHORT)
  const first = await start(reached)
  const { url } = await renew(reached, renewed)
  const exchanges = holdAnswers(world, 'authorization_code', 2)
  bank.faults.add({
    endpoint: 'token',
    grantId: garbled.grant.grant_id,
    when: 'after',
    action: { kind: 'edit', truncateTo: 40 },
  })
  const refreshes = holdAnswers(world, 'refresh_token')
  const walks = [first.url, url].map((link) => createBrowser().consent(link, { iban: ACCOUNTS[0] }))
  const asked = getToken(reached, garbled.id, { min_validity: 60 })
  const cutOff = Promise.allSettled([...walks, asked])
  await waitFor('the bank to be asked', () => exchanges.fault.struck === 2)
  await waitFor('the bank to be asked', () => refreshes.fault.struck === 1)
  proxy.refuse()
  exchanges.open()
  refreshes.open()
  const whole = async () => (await files()).filter((file) => file.endsWith('.answer'))
  await waitFor('the spool', async () => (await whole()).length === 3)
  await doomed.kill()
  await cutOff
  t.same(await sql('select version from consent_tokens where consent_id = $1', [first.id]), [])

  proxy.accept()
  const broker = await world.startBroker()
  t.same(await files(), [])
  await untilStatus(broker, first.id, 'active')
  await waitFor('the account', async () => (await getConsent(broker, first.id)).account)
  t.equal((await getToken(broker, first.id)).status, 200)
  t.match(await sql('select chain from staged_tokens where consent_id = $1', [renewed]), [{ chain: 2 }])
  await sql('update staged_tokens set check_after = now()')
  await waitFor('the renewal', async () => {
    await broker.broker.keepHouse()
    return (await sql('select chain from consent_tokens where consent_id = $1', [renewed]))[0].chain === 2
  })
  t.equal((await getToken(broker, renewed)).status, 200)
  const [row] = await sql('select * from consent_tokens where consent_id = $1', [garbled.id])
  t.match(row, { attempt_id: null, presentations: 1, unreadable_answer: /^eyJ/ })
  t.same(bank.ledger.presentedMoreThan(1), [])
})

t.test('a backup is restored while the bank answers: the newer pair is kept for a person', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const { id } = await importActive(broker, world.bank)
  await world.sql(`update consent_tokens set due_at = now() + interval '1 h', access_expires_at = now()`)
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  const fault = world.bank.faults.add({ endpoint: 'token', when: 'after', action })
  // The row's ciphertext is not the restored version's own: what the caller gets does not matter here.
  const asked = getToken(broker, id).catch(String)
  await waitFor('the bank to be asked', () => fault.struck === 1)
  await world.sql('update consent_tokens set version = 1, retry_at = $1', [new Date(Date.now() + 600_000)])
  gate.open()
  await waitFor('it to be told of', () =>
    broker.logged.some((line) => line.includes('"database_behind"') && line.includes(id)),
  )
  t.match(await world.files(), [/\.set-aside$/])
  t.notOk(broker.logged.some((line) => line.includes('answer dropped')))
  await asked
  await broker.stop()

  await world.sql('update consent_tokens set version = 2, retry_at = null')
  const [file = ''] = await world.files()
  await rename(join(world.spoolDir, file), join(world.spoolDir, file.replace('.set-aside', '')))
  const again = await world.startBroker()
  t.match(await world.sql('select version from consent_tokens'), [{ version: 3 }])
  t.match(await getToken(again, id), { status: 200 })
  t.same(world.bank.ledger.presentedMoreThan(1), [])
})

t.test('a database that does not know the consent: its first pair is kept, and not revoked', async (t) => {
  const world = await createSpoolWorld(t)
  const broker = await world.startBroker()
  const { id, url } = await start(broker)
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  const fault = world.bank.faults.add({
    endpoint: 'token',
    grantType: 'authorization_code',
    when: 'after',
    action,
  })
  const walked = createBrowser().consent(url)
  await waitFor('the bank to be asked', () => fault.struck === 1)
  await allowForgetting(world.sql)
  await world.sql('delete from consents where id = $1', [id])
  gate.open()
  await waitFor('it to be told of', () =>
    broker.logged.some((line) => line.includes('"unknown_consent"') && line.includes(id)),
  )
  t.match(await world.files(), [/\.set-aside$/])
  await walked.catch(() => {})
})
