import { createHouse } from '../../src/core/house.ts'
import { createStore } from '../../src/store/index.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { createStoreRig, openTestDatabase } from './fixtures.ts'

const SALVAGE_WAIT_MS = 300_000

const rig = await createStoreRig(t)
const proxy = await startLossyProxy(t, rig.url)
const { clock, skip } = createSkippingClock()
const store = createStore(openTestDatabase(t, proxy.url), clock)
t.teardown(() => store.stop())
const log = { info: () => {}, warn: () => {}, error: () => {} }
const meter = { housekept: () => {} }
const endWhatIsOver = createHouse(
  { clock, log, meter, bank: { codeTtlMs: 60_000 }, ...store },
  { salvageWaitMs: SALVAGE_WAIT_MS, retentionMs: null },
)

/** A claim whose token, lease and SALVAGE_WAIT all ended while the database was gone. */
async function overdue(presentations: number): Promise<string> {
  const { consentId } = await rig.claim(await rig.insertConsent())
  await rig.sql(
    `update consent_tokens set access_expires_at = now() - interval '1 h', due_at = now() - interval '1 h',
       lease_until = now() - interval '1 h', presentations = $2::int, uncertain_at = case when $2::int > 1 then now() end where consent_id = $1`,
    [consentId, presentations],
  )
  return consentId
}

async function isHeld(consentId: string): Promise<boolean> {
  const [row] = await rig.sql('select attempt_id from consent_tokens where consent_id = $1', [consentId])
  return row.attempt_id !== null
}

for (const presentations of [1, 2]) {
  t.test(`a holder has SALVAGE_WAIT from the outage's end (presentations: ${presentations})`, async (t) => {
    const consentId = await overdue(presentations)
    await endWhatIsOver()
    t.ok(await isHeld(consentId), 'the start may be the end of an outage')
    proxy.refuse()
    await t.rejects(endWhatIsOver(), { code: 'storage_unavailable' })
    skip(SALVAGE_WAIT_MS)
    proxy.accept()
    await endWhatIsOver()
    t.ok(await isHeld(consentId), 'the database has only just come back')
    skip(SALVAGE_WAIT_MS)
    await endWhatIsOver()
    t.notOk(await isHeld(consentId), 'not for ever')
    proxy.refuse()
    await t.rejects(endWhatIsOver(), { code: 'storage_unavailable' })
    proxy.accept()
  })
}
