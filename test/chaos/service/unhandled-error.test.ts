import t from 'tap'
import { createWorld } from '../../support/broker.ts'
import { getToken, importActive } from '../../support/consents.ts'
import { createGate } from '../../support/gate.ts'
import { startMain } from '../../support/main-process.ts'
import { connectSql } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'

/** Has a process of its own fail in a way nobody handles, whenever its window changes its size. */
const FAILING = `--import=data:text/javascript,${encodeURIComponent(
  `process.on('SIGWINCH', () => void Promise.reject(new Error('on purpose')))`,
)}`

for (const first of ['SIGTERM', 'SIGWINCH'] as const) {
  t.test(`errors nobody handles, after ${first}: what is in flight is settled all the same`, async (t) => {
    const { bank, databaseUrl, env } = await createWorld(t)
    const main = startMain(t, { ...env, NODE_OPTIONS: FAILING })
    const reached = await main.untilReady()
    const { id } = await importActive(reached, bank)
    const sql = connectSql(t, databaseUrl)
    await sql('update consent_tokens set access_expires_at = now()')
    const gate = createGate()
    const action = { kind: 'wait', until: gate.opened } as const
    const fault = bank.faults.add({ endpoint: 'token', when: 'after', action })
    const asked = getToken(reached, id)
    await waitFor('the call to the bank', () => fault.struck === 1)
    main.child.kill(first)
    await main.untilLogged(first === 'SIGTERM' ? 'draining' : 'on purpose')
    main.child.kill('SIGWINCH')
    const logged = () => main.output().split('on purpose').length - 1
    const told = first === 'SIGTERM' ? 1 : 2
    await Promise.race([main.ended, waitFor('the error to be told', () => logged() >= told)])
    gate.open()
    t.match(await asked.catch(String), { status: 200 }, 'a caller who waits gets the token')
    t.equal(await main.ended, 1)
    t.match(await sql('select version, presentations, attempt_id from consent_tokens'), [
      { version: 3, presentations: 0, attempt_id: null },
    ])
  })
}
