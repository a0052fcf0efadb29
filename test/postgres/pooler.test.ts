// A PgBouncer that is paused, reconnected, killed and restarted under a storm of rotations.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { runAuditVerify } from '../rekey/run-command.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActives } from '../support/consents.ts'
import { type Pooler, startPgBouncer, WITHOUT_PGBOUNCER } from '../support/pgbouncer.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const CONSENTS = 150
const TROUBLE_MS = 500

const TROUBLES: Readonly<Record<string, (pooler: Pooler, database: string) => Promise<unknown>>> = {
  reconnect: (pooler) => pooler.admin('reconnect'),
  'pause and resume': async (pooler, database) => {
    await pooler.admin(`pause ${database}`)
    await sleep(TROUBLE_MS)
    await pooler.admin(`resume ${database}`)
  },
  'kill and resume': async (pooler, database) => {
    await pooler.admin(`kill ${database}`)
    await sleep(TROUBLE_MS)
    await pooler.admin(`resume ${database}`)
  },
  'stop and start': async (pooler) => {
    await pooler.stop()
    await sleep(TROUBLE_MS)
    await pooler.start()
  },
}

t.test(
  'rotations go on through each trouble of the pooler',
  { skip: WITHOUT_PGBOUNCER ?? false },
  async (t) => {
    const { url } = await createTestDatabase(t)
    const database = new URL(url).pathname.slice(1)
    const pooler = await startPgBouncer(t, url, { default_pool_size: '4' })
    const env = { DATABASE_URL: pooler.through(url), CALLER_MAX_PER_SECOND: 'off' }
    const bank = { accessTokenTtlSeconds: 2, revokeGrantOnReuse: true, latencyMs: 20 }
    const world = await createWorld(t, { databaseUrl: url, env, bank })
    const first = await world.startBroker({ DATABASE_LISTEN_URL: url })
    const second = await world.startBroker({ PUBLIC_PORT: '0', TOKEN_CACHE: 'off' })
    const consents = await importActives(first, world.bank, CONSENTS)
    for (const [name, makeTrouble] of Object.entries(TROUBLES)) {
      const before = world.bank.ledger.totals().rotated
      await makeTrouble(pooler, database)
      await waitFor(
        `two rounds after ${name}`,
        () => world.bank.ledger.totals().rotated >= before + 2 * CONSENTS,
        60_000,
      )
      t.pass(name)
    }
    world.bank.settings.accessTokenTtlSeconds = 600
    await waitFor('long lives', async () => {
      const answers = await Promise.all(
        consents.map(({ id }, index) => getToken(index % 2 ? first : second, id)),
      )
      return answers.every(({ status, body }) => status === 200 && body.expires_in > 10)
    })
    t.same(world.bank.ledger.presentedMoreThan(2), [])
    t.same(world.bank.ledger.overlaps(), [])
    t.equal(world.bank.ledger.totals().refused, 0)
    const sql = connectSql(t, url)
    t.same(await sql(`select status, status_reason from consents where status <> 'active'`), [])
    await Promise.all([first.stop(), second.stop()])
    t.same(
      await sql('select from consent_tokens where attempt_id is not null'),
      [],
      'no claim is left behind',
    )
    t.match(await runAuditVerify({ DATABASE_URL: pooler.through(url) }), { exitCode: 0, stderr: '' })
  },
)
