import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/core/secret.ts'
import { createStore, openDatabase } from '../../src/store/index.ts'
import { createStoreRig, newPair, TERMS } from '../store/fixtures.ts'
import { t } from '../support/parts.ts'
import { startStallingProxy } from '../support/stalling-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const DEADLINE_MS = 300

/** A store with short deadlines that reaches its database through a proxy, and a rig beside it. */
async function setUp(t: Parameters<typeof startStallingProxy>[0]) {
  const rig = await createStoreRig(t)
  const proxy = await startStallingProxy(t, rig.url)
  const db = openDatabase({
    url: new Secret(proxy.url),
    maxConnections: 1,
    queryTimeoutMs: DEADLINE_MS,
    onError: () => {},
  })
  t.teardown(() => db.destroy())
  const store = createStore(db, systemClock)
  t.teardown(() => store.stop())
  const claim = (consentId: string) => {
    const pair = { consentId, chain: 1, version: 1 }
    return store.tokens.claim({ pair, ...TERMS, rejectionEveryMs: null })
  }
  const row = async (id: string) =>
    (await rig.sql('select * from consent_tokens where consent_id = $1', [id]))[0]
  return { ...rig, proxy, store, claim, row }
}

t.test('a claim on a half-open connection passes its deadline, and the next goes on', async (t) => {
  const { proxy, store, claim, insertConsent, row } = await setUp(t)
  const id = await insertConsent()
  await store.consents.find(id)
  t.equal(proxy.open(), 1)
  proxy.stall()
  const begun = performance.now()
  await t.rejects(claim(id), { code: 'storage_unavailable', cause: { message: 'Query read timeout' } })
  t.ok(performance.now() - begun >= DEADLINE_MS - 1)
  await waitFor('the silent socket to be destroyed', () => proxy.open() === 1)
  const taken = await claim(id)
  t.match(await row(id), { presentations: 1 }, 'the first never reached the server')
  t.equal(await taken?.settle(newPair()), 'settled')
  t.match(await row(id), { version: 2, presentations: 0 })
})

t.test('a settlement on a half-open connection may be repeated until one gets through', async (t) => {
  const { proxy, claim, insertConsent, row } = await setUp(t)
  const taken = await claim(await insertConsent())
  if (taken === null) throw new Error('not claimed')
  proxy.stall()
  await t.rejects(taken.settle(newPair()), { message: 'Query read timeout' })
  t.equal(await taken.settle(newPair()), 'settled')
  t.match(await row(taken.consentId), { version: 2, presentations: 0, attempt_id: null })
})

t.test('a claim that commits when nobody waits for it any more is given back unspent', async (t) => {
  const { claim, insertConsent, other, row } = await setUp(t)
  const id = await insertConsent()
  await other('begin')
  await other('select from consent_tokens where consent_id = $1 for update', [id])
  await t.rejects(claim(id), { code: 'storage_unavailable' })
  t.match(await row(id), { presentations: 0 })
  await other('rollback')
  await waitFor('the late claim and its return', async () => {
    const { presentations, retry_at } = await row(id)
    return presentations === 0 && retry_at !== null
  })
  t.ok(await claim(id))
  t.match(await row(id), { presentations: 1 })
})
