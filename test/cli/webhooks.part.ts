import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { checkWebhooks } from '../../src/doctor/webhooks.ts'
import { importActive } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { startReceiver, status } from '../webhooks/support/receiver.ts'
import { subscribersFile } from '../webhooks/support/subscribers.ts'
import { runAt } from './run.ts'
import { cliWorld } from './world.ts'

const { world } = await cliWorld()
const receiver = await startReceiver(t)
const { url, secret } = receiver
const file = await subscribersFile(t, [{ id: 'ledger', url, secret }])
const broker = await world.startBroker({ PUBLIC_PORT: '0', WEBHOOKS_FILE: file.path })
const run = runAt(broker)
const json = async (line: string) => {
  const { out, ...told } = await run(`${line} --json`)
  return out === '' ? [] : told.json()
}

t.test('webhooks that were given up are listed, and sent again', async (t) => {
  await waitFor('the subscriber', async () => (await json('status'))[0].webhooks.subscribers === 1)
  receiver.answer = status(410)
  const { id } = await importActive(broker, world.bank)
  await waitFor(
    'a dead one',
    async () => (await json(`webhooks list --state dead --consent ${id}`)).length === 1,
  )
  t.match(await run('status'), {
    exit: 1,
    out: /\n! 1 webhooks were given up: "token-broker webhooks list --state dead"/,
  })
  const { exit, out } = await run(`webhooks list --subscriber ledger --consent ${id}`)
  t.equal(exit, 0)
  t.match(
    out,
    new RegExp(`^ID +STATE .*\\n\\S+ +dead +ledger +consent\\.activated +${id} +1 +\\S+ +http_410\\n$`),
  )

  receiver.answer = status(204)
  t.match(await run('webhooks resend --all-dead --subscriber nobody'), {
    exit: 0,
    out: '',
    err: 'None was given up.\n',
  })
  t.match(await run('webhooks resend --all-dead'), {
    exit: 0,
    out: /^\S+: consent\.activated is sent to ledger once more\.\n$/,
  })
  await waitFor(
    'its delivery',
    async () => (await json(`webhooks list --state delivered --consent ${id}`)).length === 1,
  )
  const [{ id: delivery }] = await json(`webhooks list --consent ${id}`)
  t.match(await json(`webhooks resend ${delivery}`), [{ id: delivery, consent_id: id }])
  t.match(await run('webhooks resend 999999999'), {
    exit: 1,
    err: /^999999999: .*\(delivery_not_found, request /,
  })
  t.match(await run('webhooks list', { as: 'ledger' }), { exit: 1, err: /\(forbidden, request / })
})

t.test('the doctor reads the file of subscribers, and calls nobody', async (t) => {
  const broken = join(t.testdir({}), 'webhooks.json')
  await writeFile(broken, JSON.stringify([{ id: 'a', url: 'http://broker.example/x', secret }]))
  const check = (path: string) =>
    checkWebhooks({ env: { WEBHOOKS_FILE: path }, clock: systemClock, timeoutMs: 1_000 })
  t.match(await check(''), [{ level: 'ok', message: /not set/ }])
  t.match(await check(file.path), [{ level: 'ok', message: /1 subscribers/ }])
  await t.rejects(check(broken), { message: /the "url" of entry 1 \("a"\)/ })
})
