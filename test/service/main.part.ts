import { createWorld } from '../support/broker.ts'
import { getToken, importActive, importGrant } from '../support/consents.ts'
import { startMain } from '../support/main-process.ts'
import { t } from '../support/parts.ts'
import { freePort } from '../support/ports.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

t.jobs = 4

async function setUp(t: Parameters<typeof createWorld>[0], databaseUrl?: string) {
  const port = await freePort()
  const world = await createWorld(t, {
    env: { INTERNAL_PORT: String(port) },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  })
  return { ...world, internalUrl: `http://127.0.0.1:${port}` }
}

t.test('SIGTERM drains: what is in flight is settled, and it exits 0', async (t) => {
  const { bank, databaseUrl, env, internalUrl } = await setUp(t)
  const main = startMain(t, env)
  await main.untilLogged('token-broker is ready')
  const { id } = await importActive({ internalUrl }, bank)
  const sql = connectSql(t, databaseUrl)
  await sql('update consent_tokens set access_expires_at = now()')
  const action = { kind: 'delay', delayMs: 700 } as const
  const fault = bank.faults.add({ endpoint: 'token', when: 'after', action })
  const asked = getToken({ internalUrl }, id)
  await waitFor('the call to the bank', () => fault.struck === 1)
  main.child.kill('SIGTERM')
  t.match(await asked, { status: 200 }, 'a caller who waits gets the token')
  t.equal(await main.ended, 0)
  t.match(await sql('select version, presentations, attempt_id from consent_tokens'), [
    { version: 3, presentations: 0, attempt_id: null },
  ])
  t.match(main.output(), /"draining"/)
})

for (const [second, when] of [
  ['SIGTERM', 'while it still serves'],
  ['SIGINT', 'while it waits for the bank'],
] as const) {
  t.test(`a second signal ${when} ends it at once`, async (t) => {
    const { bank, env, internalUrl } = await setUp(t)
    const main = startMain(t, env)
    await main.untilLogged('token-broker is ready')
    const fault = bank.faults.add({ endpoint: 'token', action: { kind: 'hang' } })
    await importGrant({ internalUrl }, bank.startGrant({ consentValidityMs: 86_400_000 }))
    await waitFor('a call that hangs', () => fault.struck === 1)
    main.child.kill('SIGTERM')
    await main.untilLogged('draining')
    const hasClosed = () =>
      fetch(internalUrl).then(
        () => false,
        () => true,
      )
    if (second === 'SIGINT') await waitFor('the listener to close', hasClosed)
    main.child.kill(second)
    t.equal(await main.ended, 1)
    t.match(main.output(), `second ${second}, exiting`)
  })
}

t.test('bad settings: whole sentences, exit 1, no stack', async (t) => {
  const { env } = await setUp(t)
  const main = startMain(t, { ...env, BANK_TIMEOUT: 'soon', DATABASE_URL: '', LEASE_MARGIN: '5 minutes' })
  t.equal(await main.ended, 1)
  for (const name of ['BANK_TIMEOUT', 'DATABASE_URL', 'LEASE_MARGIN']) t.match(main.output(), `- ${name}`)
  t.notMatch(main.output(), /\n\s+at /)
})

t.test('a start that fails later: a whole sentence, exit 1, no stack', async (t) => {
  const { env, databaseUrl } = await setUp(t)
  const url = new URL(databaseUrl)
  url.password = 'wrong'
  const main = startMain(t, { ...env, DATABASE_URL: url.href })
  t.equal(await main.ended, 1)
  t.match(main.output(), /The database refuses the user or password of DATABASE_URL\.\n$/)
  t.notMatch(main.output(), /\n\s+at /)
})
