import type { FaultAction } from '../../src/practice-bank/index.ts'
import { createRig } from '../rotation/fixtures.ts'
import { KEYS } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { figure } from './row.ts'

const rig = await createRig(t, { env: { TOKEN_CACHE: 'off' } })
const { bank, broker, consent, endToken, row, sql } = rig

/** What libraries throw a good pair away for. */
const ODD: Record<string, FaultAction> = {
  'no token_type': { kind: 'edit', omit: ['token_type'] },
  'another token_type': { kind: 'edit', set: { token_type: 'mac' } },
  'no expires_in': { kind: 'edit', omit: ['expires_in'] },
  'expires_in as text': { kind: 'edit', set: { expires_in: '7200' } },
  'a negative expires_in': { kind: 'edit', set: { expires_in: -1 } },
  'a scope that is no text': { kind: 'edit', set: { scope: ['a'] } },
  'a scope of someone else': { kind: 'edit', set: { scope: 'admin' } },
  'a broken id_token': { kind: 'edit', set: { id_token: 'x.y' } },
  'status 201': { kind: 'body', status: 201, body: (answer) => answer },
}

t.test('a good answer rejected by a later check: saved first', async (t) => {
  let saved = 0
  for (const [name, action] of Object.entries(ODD)) {
    const { id, grant } = await consent()
    bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
    await endToken(id)
    await getToken(broker, id)
    const { version, presentations } = await row(id)
    t.match({ version, presentations }, { version: 3, presentations: 0 }, name)
    saved += version - 2
  }
  const total = Object.keys(ODD).length
  figure(t, 'a good answer rejected by a later check', `${saved} of ${total} odd answers saved`)
})

t.test('ciphertext copied to another row: refused', async (t) => {
  const [from, to] = [await consent(), await consent()]
  const { body: theirs } = await getToken(broker, from.id)
  await sql(
    `update consent_tokens t set access_token = s.access_token, refresh_token = s.refresh_token
      from consent_tokens s where t.consent_id = $1 and s.consent_id = $2`,
    [to.id, from.id],
  )
  const presented = bank.ledger.count()
  const headers = { authorization: `Bearer ${KEYS.ledger}` }
  const answer = await fetch(`${broker.internalUrl}/v1/consents/${to.id}/token`, { method: 'POST', headers })
  const { status } = answer
  t.notOk((await answer.text()).includes(theirs.access_token), 'the token of another is not handed out')
  t.not(status, 200)
  await rig.makeDue(to.id)
  await waitFor(
    'a rotation that is not begun',
    async () => (await row(to.id)).last_error === 'token_unreadable',
  )
  t.equal(bank.ledger.count(), presented, 'nor is its refresh token presented')
  t.match(await getToken(broker, from.id), { status: 200 })
  figure(t, 'ciphertext copied to another row', `refused, answered ${status}, nothing presented`)
})
