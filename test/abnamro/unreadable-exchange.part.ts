import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnswer } from '../../src/core/answer-file.ts'
import { unreadableExchangeBinding } from '../../src/core/bindings.ts'
import { EXCHANGE, headingOf, statusOf, tokenOf } from '../flow/helpers.ts'
import { createSpoolWorld, spoolStatus } from '../spool/fixtures.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, SCOPES, walk } from '../support/authorize.ts'
import { untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'

const world = await createSpoolWorld(t)
const { bank, spoolDir, vault } = world
const broker = await world.startBroker()

/** The raw answer in a file that was set aside, as whoever holds the keys can open it. */
async function rawAnswerIn(file: string): Promise<string> {
  const sealed = await readFile(join(spoolDir, file), 'utf8')
  const answer = await openAnswer(vault, file.replace('.set-aside', ''), sealed)
  if (answer.kind !== 'unreadable_exchange') throw new Error(answer.kind)
  const { consentId, authorizationId } = answer.exchange
  return (
    await vault.open(answer.unreadableAnswer, unreadableExchangeBinding(consentId, authorizationId))
  ).reveal()
}

t.test(
  'what the bank gave for a code and nobody could read is kept, and its chain can be rescued',
  async (t) => {
    // Without its last brace, as a proxy that breaks off would leave it.
    const body = (pair: object) => JSON.stringify(pair).slice(0, -1)
    bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'body', body } })
    const { id, page } = await walk(broker)
    t.equal(headingOf(page), 'It did not work')
    t.equal(await statusOf(broker, id), 'failed/exchange_lost')

    const [file = '', ...others] = await world.files()
    t.strictSame(others, [])
    t.match(file, /^[0-9a-f-]{36}\.unreadable_exchange\.[0-9a-f-]{36}\.answer\.set-aside$/)
    t.match(await spoolStatus(broker), { set_aside: 1, waiting: 0, unsaved: 0 })
    const raw = await rawAnswerIn(file)
    const [, refresh_token = ''] = /"refresh_token":"([^"]+)"/.exec(raw) ?? []
    t.match(refresh_token, /^[\w-]{42}$/)
    const line = broker.logged.map((text) => JSON.parse(text)).find(({ setAsideAs }) => setAsideAs === file)
    t.match(line, { level: 'error', consentId: id, reason: 'exchange_unreadable' })
    t.notOk([...broker.logged, await readFile(join(spoolDir, file), 'utf8')].join().includes(refresh_token))

    const chain = { refresh_token, scopes: SCOPES, consent_id: id, expires_at: inDays(89) }
    t.equal((await call(broker, 'POST /v1/consents/import', { as: 'ops', body: chain })).status, 201)
    await untilStatus(broker, id, 'active')
    t.equal((await tokenOf(broker, id)).status, 200)
  },
)

t.test('a start that finds such a file sets it aside again, and saves nothing', async (t) => {
  const [file = ''] = await world.files()
  await copyFile(join(spoolDir, file), join(spoolDir, file.replace('.set-aside', '')))
  const again = await world.startBroker({ PUBLIC_PORT: '0' })
  t.strictSame(await world.files(), [file, `${file}.2`])
  t.match(await spoolStatus(again), { set_aside: 2, waiting: 0 })
})

t.test('a page in place of tokens is kept too; nothing is kept where nothing came', async (t) => {
  const before = (await world.files()).length
  bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'body', body: '<html>hello</html>' } })
  const { id } = await walk(broker, {}, { iban: ACCOUNTS[1] })
  const file = (await world.files()).find((name) => name.startsWith(id)) ?? ''
  t.equal(await rawAnswerIn(file), '<html>hello</html>')
  for (const action of [{ kind: 'reset' }, { kind: 'status', status: 502, body: 'bad' }] as const) {
    bank.faults.add({ ...EXCHANGE, when: 'after', action })
    t.equal(await statusOf(broker, (await walk(broker)).id), 'failed/exchange_lost')
  }
  t.equal((await world.files()).length, before + 1)
})

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString()
}
