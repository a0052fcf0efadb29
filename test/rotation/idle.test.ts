import t from 'tap'
import { getToken } from '../support/consents.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRig } from './fixtures.ts'

t.test('a consent nobody asks for is only kept alive; one that is asked for is kept fresh', async (t) => {
  const { bank, broker, consent, row } = await createRig(t, {
    bank: { accessTokenTtlSeconds: 1 },
    env: { REFRESH_IDLE_AFTER: '1500ms', REFRESH_KEEPALIVE: '4s' },
  })
  const [asked, idle] = await Promise.all([consent(), consent()])
  const rotations = (grantId: string) => presentationsOfGrant(bank, grantId).length

  await waitFor('the idle consent to be put off', async () => {
    t.equal((await getToken(broker, asked.id)).status, 200)
    const { due_at, obtained_at } = await row(idle.id)
    return due_at - obtained_at > 3_500
  })
  const before = rotations(asked.grant.grant_id)
  await waitFor('its token to end', async () => {
    t.equal((await getToken(broker, asked.id)).status, 200)
    return (await row(idle.id)).access_expires_at < new Date()
  })
  await waitFor('the other to be rotated twice more', async () => {
    t.equal((await getToken(broker, asked.id)).status, 200)
    return rotations(asked.grant.grant_id) >= before + 2
  })
  t.match(await row(idle.id), { status: 'active', presentations: 0 })

  t.match(
    await getToken(broker, idle.id),
    { status: 200, body: { refresh_state: 'ok' } },
    'rotated when asked for',
  )
  const { due_at, obtained_at } = await row(idle.id)
  t.ok(due_at - obtained_at <= 1_000, 'and kept fresh from then on')
  t.same(bank.ledger.presentedMoreThan(1), [])
})
