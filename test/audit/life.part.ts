import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { walkRenewal } from '../flow/helpers.ts'
import { NEW, writeRings } from '../rekey/rings.ts'
import { runAuditVerify, runRekey } from '../rekey/run-command.ts'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { eventsOf, getToken, importActive, importBody, untilStatus } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'

const REFERENCE = 'customer-4711'
const MASKED = 'NL12ABNA******6523'

t.test('the history of a whole life tells who did what, in order, and its chain is whole', async (t) => {
  const rings = await writeRings(t)
  const world = await createWorld(t, { env: { ENCRYPTION_KEYS_FILE: rings.old } })
  const sql = connectSql(t, world.databaseUrl)
  const first = await world.startBroker()
  const id = await activate(first, { customer_reference: REFERENCE, granted_to: ['granted'] })

  // Three hand-outs and a rotation that goes well: none of them is an event yet.
  const { body, headers } = await getToken(first, id)
  await getToken(first, id)
  const before = (await eventsOf(first, id)).length
  t.equal((await getToken(first, id, { rejected_token: body.access_token })).status, 200)
  t.equal(world.bank.ledger.presentations().length, 1, 'rotated')
  t.equal((await eventsOf(first, id)).length, before, 'a rotation that goes well is no event')
  t.equal((await call(first, `POST /v1/consents/${id}/token`, { as: 'granted', body: {} })).status, 200)
  t.equal((await call(first, `POST /v1/consents/${id}/token`, { as: 'other', body: {} })).status, 404)

  const lines = auditLinesOf(first.logged, id)
  t.strictSame(
    lines.map(({ callerId }) => callerId),
    ['ledger', 'ledger', 'ledger', 'granted'],
    'the log has every hand-out, and no refusal',
  )
  for (const line of lines)
    t.match(line, { level: 'info', fingerprint: /^[0-9a-f]{12}$/, refreshState: 'ok' })
  const fingerprints = lines.map(({ fingerprint }) => fingerprint)
  t.equal(fingerprints[0], fingerprints[1], 'one token, one fingerprint')
  t.equal(new Set(fingerprints).size, 2)
  t.equal(lines[0].requestId, headers.get('x-request-id'), 'as the caller was told')
  t.equal(new Set(lines.map(({ requestId }) => requestId)).size, 4)

  await walkRenewal(first, id)
  const grant = world.bank.startGrant({ scopes: ['psd2:account:balance:read', 'psd2:account:details:read'] })
  const rescue = importBody(grant, { consent_id: id })
  t.equal((await call(first, 'POST /v1/consents/import', { as: 'ops', body: rescue })).status, 201)
  await untilStatus(first, id, 'active')
  const imported = await importActive(first, world.bank)
  await call(first, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'a certificate is swapped' } })
  await call(first, 'POST /v1/refresher/resume', { as: 'ops', body: {} })
  await first.stop()

  const second = await world.startBroker({ ENCRYPTION_KEYS_FILE: rings.front })
  const env = { DATABASE_URL: world.databaseUrl, ENCRYPTION_KEYS_FILE: rings.front }
  t.match(await runRekey(env), { exitCode: 0 })
  await getToken(second, id)
  await call(second, `DELETE /v1/consents/${id}`)
  t.match(await runRekey(env), { exitCode: 0 }, 're-keyed once, whatever is run again')

  const events = await eventsOf(second, id)
  t.strictSame(
    events.map(({ type, actor }) => `${type} by ${actor}`),
    [
      'consent.started by ledger',
      'authorization.received by customer',
      'consent.activated by bank',
      'renewal.started by ledger',
      'authorization.received by customer',
      'consent.renewed by bank',
      'consent.imported by ops',
      'consent.activated by bank',
      'tokens.handed_out by granted',
      'tokens.handed_out by ledger',
      'consent.rekeyed by rekey',
      'consent.revoked by ledger',
    ],
  )
  const personal = (type: string) => events.find((event) => event.type === type).personal
  t.strictSame(personal('consent.started'), { customer_reference: REFERENCE })
  t.strictSame(personal('consent.imported'), { customer_reference: REFERENCE })
  t.strictSame(personal('consent.renewed'), { account: MASKED })
  t.match(events.at(7), { type: 'consent.activated', personal: { account: MASKED } }, 'rescued')
  t.strictSame(events.at(10).detail, { kid: NEW })
  const hour = /^20\d\d-\d\d-\d\dT\d\d:00:00.000Z$/
  t.match(events.at(8).detail, { hour, count: 1, fingerprints: [/^[0-9a-f]{12}$/] })
  t.match(events.at(9).detail, { hour, count: 3, fingerprints: [/^[0-9a-f]{12}$/, /^[0-9a-f]{12}$/] })
  const details = JSON.stringify(events.map(({ detail }) => detail))
  t.notMatch(details, /4711|6523/, 'nothing personal where it can never be erased')

  const known = await eventsOf(second, imported.id)
  t.strictSame(
    known.map(({ type, actor }) => `${type} by ${actor}`),
    ['consent.imported by ops', 'consent.activated by broker', 'consent.rekeyed by rekey'],
  )
  const { body: status } = await call(second, 'GET /v1/status', { as: 'ops' })
  t.match(status.refresh.gate.events, [
    { type: 'gate.resumed', actor: 'ops' },
    { type: 'gate.held', actor: 'ops', detail: { reason: 'a certificate is swapped' } },
  ])
  await second.stop()
  t.match((await sql('select type, actor from consent_events order by id desc limit 1'))[0], {
    type: 'tokens.handed_out',
    actor: 'ledger',
  })

  const anchors = join(t.testdirName, 'anchors')
  const verify = () => runAuditVerify({ DATABASE_URL: world.databaseUrl }, '--anchors', anchors)
  t.match(await verify(), {
    exitCode: 0,
    stdout: /^Read 18 events of 3 chains\.\nAll of them are whole\./,
    stderr: '',
  })
  t.equal((await stat(anchors)).mode & 0o777, 0o600)
  await sql('update consent_events set personal = null, personal_salt = null where personal is not null')
  t.match(
    await verify(),
    { exitCode: 0, stdout: /The former anchors fit\./, stderr: '' },
    'erasing is no fault',
  )
})

function auditLinesOf(logged: readonly string[], consentId: string) {
  return logged
    .map((line) => JSON.parse(line))
    .filter((line) => line.msg === 'token handed out' && line.consentId === consentId)
}
