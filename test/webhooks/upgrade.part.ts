import { readdir, readFile } from 'node:fs/promises'
import { systemClock } from '../../src/clock.ts'
import { createStore } from '../../src/store/index.ts'
import { openTestDatabase } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { connectSession, connectSql } from '../support/sql.ts'
import { insertConsent, writeEvents } from './support/events.ts'

const FOLDER = new URL('../../migrations/', import.meta.url)

t.test('a database with consents of the version before, whose replicas go on writing', async (t) => {
  const { url } = await createEmptyDatabase(t)
  const sql = connectSql(t, url)
  const files = (await readdir(FOLDER)).sort()
  const apply = async (name: string) => sql(await readFile(new URL(name, FOLDER), 'utf8'))
  for (const name of files.filter((name) => name < '0010')) await apply(name)
  const id = await insertConsent(sql)
  await sql(
    `update consents set authorized_at = now() - interval '80 days', expires_at = now() + interval '10 days'`,
  )
  const old = connectSession(t, url)
  await writeEvents(old, id, 'consent.activated')
  for (const name of files.filter((name) => name >= '0010')) await apply(name)
  const store = createStore(openTestDatabase(t, url), systemClock)
  t.teardown(() => store.stop())
  const keepHouse = (days: number) => {
    const now = new Date(Date.now() + days * 86_400_000)
    return store.housekeeping.run({
      now,
      salvageWaitMs: null,
      codeTtlMs: 60_000,
      retentionMs: null,
      limit: 100,
    })
  }
  t.match(await keepHouse(0), { expiring: 0 }, 'what it has passed is not told')
  await store.webhooks.register([{ id: 'all', events: null, owners: null }], { changed: true })
  await writeEvents(old, id, 'consent.renewed')
  t.match(await keepHouse(3.5), { expiring: 1 })
  const told = await sql('select type, days_left from webhook_deliveries order by id')
  t.same(told, [
    { type: 'consent.renewed', days_left: null },
    { type: 'consent.expiring', days_left: 7 },
  ])
})
