import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { start } from '../support/authorize.ts'
import { createBrowser } from '../support/browser.ts'
import { getToken, importActive } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { waitFor } from '../support/wait-for.ts'
import { createSpoolWorld } from './fixtures.ts'

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
  await world.sql('delete from consents where id = $1', [id])
  gate.open()
  await waitFor('it to be told of', () =>
    broker.logged.some((line) => line.includes('"unknown_consent"') && line.includes(id)),
  )
  t.match(await world.files(), [/\.set-aside$/])
  await walked.catch(() => {})
})
