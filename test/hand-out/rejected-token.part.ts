import { createRig } from '../rotation/fixtures.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const { bank, broker, startBroker, consent, sql, row } = await createRig(t)

t.test('the current token, rejected by the bank, is rotated once in 30 s', async (t) => {
  const { id } = await consent()
  const { body: first } = await getToken(broker, id)
  const { body: second } = await getToken(broker, id, { rejected_token: first.access_token })
  t.not(second.access_token, first.access_token)
  t.equal((await row(id)).version, 3)

  const { status, body: third } = await getToken(broker, id, { rejected_token: second.access_token })
  t.equal(status, 200)
  t.equal(third.access_token, second.access_token, 'no second rotation so soon')
  t.equal((await row(id)).version, 3)

  await sql(
    `update consent_tokens set rejection_checked_at = now() - interval '31 s' where consent_id = $1`,
    [id],
  )
  const { body: fourth } = await getToken(broker, id, { rejected_token: third.access_token })
  t.not(fourth.access_token, third.access_token)
})

t.test('a token that is not the current one gets the current one, also from the cache', async (t) => {
  const { id, grant } = await consent()
  const { body: current } = await getToken(broker, id)
  const { version } = await row(id)
  for (const rejected of ['never heard of', grant.access_token]) {
    t.match(await getToken(broker, id, { rejected_token: rejected }), {
      body: { access_token: current.access_token },
    })
  }
  t.equal((await row(id)).version, version)
})

t.test('it is compared with the row, not with the cache', async (t) => {
  const other = await startBroker({ PUBLIC_PORT: '0' })
  const { id } = await consent()
  const { body: old } = await getToken(broker, id)
  const { body: fresh } = await getToken(other, id, { rejected_token: old.access_token })
  const { version } = await row(id)
  const { body } = await getToken(broker, id, { rejected_token: old.access_token })
  t.equal(body.access_token, fresh.access_token, 'rotated elsewhere meanwhile')
  t.equal((await row(id)).version, version)
})

t.test('fifty rejections at once cause one rotation', async (t) => {
  const { id } = await consent()
  const { body: first } = await getToken(broker, id)
  const asked = Array.from({ length: 50 }, () => getToken(broker, id, { rejected_token: first.access_token }))
  const tokens = new Set((await Promise.all(asked)).map(({ body }) => body.access_token))
  t.equal(tokens.size, 1)
  t.notOk(tokens.has(first.access_token))
  t.equal((await row(id)).version, 3)
})

t.test('a bank that rejects the token because the customer withdrew', async (t) => {
  const { id, grant } = await consent()
  const { body } = await getToken(broker, id)
  bank.revokeConsent({ grantId: grant.grant_id })
  t.match(await getToken(broker, id, { rejected_token: body.access_token }), {
    status: 409,
    body: { code: 'reauthorization_required' },
  })
  t.match(await getToken(broker, id), { status: 409 }, 'nothing from the cache either')
})

t.test('the rejected token is not handed out again', async (t) => {
  const { id } = await consent()
  const { body: rejected } = await getToken(broker, id)
  const { body: fresh } = await getToken(broker, id, { rejected_token: rejected.access_token })
  await sql('update consent_tokens set token_type = $2 where consent_id = $1', [id, 'Marked'])
  const { body: next } = await getToken(broker, id)
  t.match(next, { access_token: fresh.access_token, token_type: 'Bearer' }, 'nor is the row read for it')
})

t.test('nor where the new one came too late for the caller', async (t) => {
  const hasty = await startBroker({ PUBLIC_PORT: '0', BANK_TIMEOUT: '100ms' })
  const { id } = await consent()
  const { body: rejected } = await getToken(hasty, id)
  bank.faults.add({ endpoint: 'token', action: { kind: 'delay', delayMs: 400 } })
  const asked = await getToken(hasty, id, { rejected_token: rejected.access_token })
  t.equal(asked.body.access_token, rejected.access_token, 'alive, and all there was')
  await waitFor('the new one', async () => {
    const { body } = await getToken(hasty, id)
    return body.access_token !== rejected.access_token
  })
})
