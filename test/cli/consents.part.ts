import { stripVTControlCharacters } from 'node:util'
import { call } from '../support/api.ts'
import type { TestBroker } from '../support/broker.ts'
import { importActive, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { runAt } from './run.ts'
import { cliWorld } from './world.ts'

const { world, broker } = await cliWorld()
const run = runAt(broker)
const sql = connectSql(t, world.databaseUrl)
const SCOPES = ['psd2:account:balance:read']
/** What the API lets through, and a terminal would act on: a CSI of one character, and text turned around. */
const REFERENCE = 'evil\u009b31m\u202etxt'

async function start({ internalUrl }: TestBroker, more: object = {}): Promise<string> {
  const { body } = await call({ internalUrl }, 'POST /v1/consents', { body: { scopes: SCOPES, ...more } })
  return body.consent.id
}

const evil = await start(broker, { customer_reference: REFERENCE, metadata: { note: 'line\u0085break' } })

t.test('a list is a table for people, and a line of JSON each for scripts', async (t) => {
  const { exit, out, err } = await run('consents list --status pending')
  t.strictSame({ exit, err }, { exit: 0, err: '' })
  const [titles, line] = out.split('\n')
  t.match(titles, /^ID +STATUS +ATTENTION +OWNER +REFERENCE +ACCOUNT +ENDS +DAYS +REFRESH$/)
  t.match(line, new RegExp(`^${evil}  pending .* ledger +evil\\\\u\\{9b\\}31m\\\\u\\{202e\\}txt `))

  const narrow = await run('consents list', { columns: 80, colour: true })
  t.ok(narrow.out.split('\n').every((one) => stripVTControlCharacters(one).length <= 80))
  t.match(narrow.err, /^The terminal is too narrow for: .*REFRESH\. --json shows all\.\n$/)
  await sql(`update consents set status = 'reauthorization_required' where id = $1`, [evil])
  const longest = await run('consents list', { columns: 80 })
  t.match(
    longest.out,
    /^ID +STATUS +ATTENTION +REFERENCE +DAYS\n\S+ {2}reauth\S*… {2}act .* evil/,
    'whose it is, and how long',
  )
  await sql(`update consents set status = 'pending' where id = $1`, [evil])

  const json = await run('consents list --json')
  const { body } = await call(broker, 'GET /v1/consents', { as: 'ops' })
  t.strictSame(json.json(), body.items)
  t.notMatch(json.out, /[\u007f-\u009f\u202e]/)
})

t.test('its filters are those of the API, whose refusals are told', async (t) => {
  const [none, foreign, wrong] = await Promise.all([
    run('consents list --status revoked'),
    run('consents list --owner nobody --expires-before 2030-01-01T00:00:00Z', { as: 'ledger' }),
    run('consents list --status lost'),
  ])
  t.match(none, { exit: 0, out: '', err: 'No consent is like that.\n' })
  t.match(foreign, { exit: 0, out: '', err: 'No consent is like that.\n' })
  t.match(wrong, { exit: 1, out: '', err: /^status: .*\(invalid_request, request [\w-]+\)\n$/ })
  const refused = await run('consents list', { as: 'granted' })
  t.match(refused, { exit: 1, err: /consents:read or ops\. Use the key .* \(forbidden, request / })
  t.match(await run('consents list', { env: { TOKEN_BROKER_KEY: 'no-key-of-yours' } }), {
    exit: 1,
    err: /TOKEN_BROKER_KEY\. \(unauthorized, request /,
  })
})

t.test('an IBAN need not stand on the command line', async (t) => {
  const { id, grant } = await importActive(broker, world.bank)
  await waitFor(
    'its account',
    async () => (await run(`consents show ${id} --json`)).json()[0].account !== null,
  )
  const { iban } = grant
  for (const options of [{ input: `${iban}\n` }, { answer: ` ${iban} ` }]) {
    const found = await run('consents list --iban - --json', options)
    t.strictSame(
      found.json().map((consent) => consent.id),
      [id],
    )
  }
})

t.test('all pages of a long list are followed, and a short one says that there is more', async (t) => {
  await sql(`insert into consents (id, bank, status, requested_scopes, owner, created_at, customer_reference)
    select gen_random_uuid(), 'abnamro', 'pending', '{}', 'ledger', date_trunc('second', now()), 'many' from generate_series(1, 405)`)
  const all = await run('consents list --customer-reference many --all --json')
  t.equal(new Set(all.json().map(({ id }) => id)).size, 405)
  t.equal(all.err, '')
  const some = await run('consents list --customer-reference many --limit 201')
  t.equal(some.out.split('\n').length, 1 + 201 + 1)
  t.match(some.err, 'Only the first 201 are shown; --limit or --all shows more.')
})

t.test('one consent is shown whole, with what happened to it', async (t) => {
  const { exit, out } = await run(`consents show ${evil}`)
  t.equal(exit, 0)
  t.match(out, /^consent +\S+\nstatus +pending\n/)
  t.match(out, /\nreference +evil\\u\{9b\}31m\\u\{202e\}txt\n/)
  t.match(out, /\nmetadata note +line\\u\{85\}break\n/)
  t.match(
    out,
    /\nTIME +EVENT +BY +DETAIL\n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}consent\.started +ledger +scopes=\[/,
  )
  const { body } = await call(broker, `GET /v1/consents/${evil}`)
  t.strictSame((await run(`consents show ${evil.toUpperCase()} --json`)).json(), [body])

  const events = await run(`events ${evil} --json`)
  t.match(events.json(), [{ type: 'consent.started', actor: 'ledger' }])
  t.match(await run(`events ${evil} --limit 1`), { exit: 0, out: /^TIME .*\n.* consent\.started / })
  const missing = await run('consents show 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55')
  t.match(missing, { exit: 1, out: '', err: /\(consent_not_found, request / })
})

t.test('a renewal prints the link alone where a script reads', async (t) => {
  const { id } = await importActive(broker, world.bank)
  const renewed = await run(`consents renew ${id}`, { as: 'ledger' })
  t.match(renewed, { exit: 0, out: /^http:\/\/127\.0\.0\.1:\d+\/start\/\S+\n$/ })
  t.match(renewed.err, /^Send the customer this link; it can be opened until \d{4}-.*Z:\n$/)
  const returning = `consents renew ${id} --return-url http://127.0.0.1:9/back --json`
  t.match((await run(returning, { as: 'ledger' })).json(), [{ consent: { id }, authorization_url: /^http/ }])
  t.match(await run(`consents renew ${evil}`, { as: 'ledger' }), { exit: 1, err: /\(consent_pending, / })
})

t.test('a revocation is confirmed by a person, or by --yes', async (t) => {
  const isRevoked = async () => (await run(`consents show ${evil} --json`)).json()[0].status === 'revoked'
  const line = `consents revoke ${evil}`
  t.match(await run(line, { as: 'ledger' }), { exit: 2, out: '', err: /--yes/ })
  t.match(await run(line, { as: 'ledger', answer: 'y' }), {
    exit: 1,
    out: '',
    err: /Nothing was revoked\.\n$/,
  })
  t.notOk(await isRevoked())
  const typed = await run(line, { as: 'ledger', answer: `${evil.slice(-4).toUpperCase()} ` })
  t.match(typed, {
    exit: 0,
    out: `The consent ${evil} is revoked.\n`,
    err: /of ledger, pending: evil\\u\{9b\}/,
  })
  t.ok(await isRevoked())
  const other = await start(broker)
  t.match(await run(`consents revoke ${other} --yes`, { as: 'ledger' }), { exit: 0 })
  t.ok(await untilStatus(broker, other, 'revoked'))
})

t.test('the status says what calls for a look, and holding is one', async (t) => {
  const well = await run('status')
  t.match(well, { exit: 0, err: '', out: /^STATUS +CONSENTS\n/ })
  t.match(well.out, /\npending +4\d\d\n[\s\S]*\ngate +open, score 0, window \d+\n[\s\S]*\nAll is well\.\n$/)
  const held = await run('hold --reason swap --until 30m')
  t.match(held, { exit: 0, out: /^Refreshing is held until \d{4}-.*Z: swap\.\n$/ })
  const until = new Date(/until (\S+Z)/.exec(held.out)?.[1] ?? '').getTime()
  t.ok(Math.abs(until - Date.now() - 1_800_000) < 60_000, 'from now on')
  const looked = await run('status')
  t.match(looked, {
    exit: 1,
    out: /\n! Refreshing is held by ops until .*: swap\. "token-broker resume" ends that\.\n$/,
  })
  t.match(await run('status --json'), { exit: 1, out: /^\{"consents":\{.*\}\n$/ })
  t.match(await run('resume'), { exit: 0, out: 'Refreshing goes on.\n' })
  t.match(await run('status'), { exit: 0 })
})
