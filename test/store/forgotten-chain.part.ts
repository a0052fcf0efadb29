import { randomUUID } from 'node:crypto'
import type { ExchangedPair } from '../../src/core/authorization-store.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { t } from '../support/parts.ts'
import { createStoreRig } from './fixtures.ts'

const { store, sql, insertConsent } = await createStoreRig(t)
const now = new Date()
const later = new Date(now.getTime() + 3_600_000)

/** An answer whose callback this database has forgotten, as a restored backup has; it comes out of a spool. */
function spooled(consentId: string, kind: 'first' | 'renewal', chain: number): ExchangedPair {
  const pair = {
    accessToken: 'access' as Sealed,
    refreshToken: 'refresh' as Sealed,
    tokenType: 'Bearer',
    scope: null,
    obtainedAt: now,
    accessExpiresAt: later,
    dueAt: later,
  }
  const exchange = { authorizationId: randomUUID(), consentId, kind, chain }
  return { exchange, pair, authorizedAt: now, consentExpiresAt: later, checkAfter: now }
}

async function chains(consentId: string) {
  const [row] = await sql(
    'select c.chain as latest, t.chain from consents c join consent_tokens t on t.consent_id = c.id where c.id = $1',
    [consentId],
  )
  return row
}

t.test('a first exchange whose chain the database has forgotten', async (t) => {
  const id = await insertConsent()
  await sql('delete from consent_tokens where consent_id = $1', [id])
  await sql(`update consents set chain = 0, status = 'pending' where id = $1`, [id])
  t.equal(await store.authorizations.saveFirst(spooled(id, 'first', 1)), 'saved')
  t.strictSame(await chains(id), { latest: 1, chain: 1 }, 'the next renewal begins a newer chain')
})

t.test('a renewal whose chain the database has forgotten', async (t) => {
  const id = await insertConsent()
  const { exchange, pair, ...times } = spooled(id, 'renewal', 2)
  await sql(
    `insert into authorizations (id, consent_id, kind, status, ticket_digest, created_at, expires_at, abandon_at)
     values ($1, $2, 'renewal', 'open', 'ticket', now(), now(), now())`,
    [exchange.authorizationId, id],
  )
  t.equal(await store.authorizations.stage({ exchange, pair, ...times }), 'saved')
  const [staged] = await store.authorizations.takeStaged(later, later)
  if (staged === undefined) throw new Error('nothing is staged')
  const search = { kid: '2026-11', hash: 'hash' }
  const account = { ibanSealed: 'iban' as Sealed, ibanMasked: 'NL', search, knownAs: ['hash'] }
  const input = { staged, account, scopes: null, consentExpiresAt: later, dueAt: later, now }
  t.equal(await store.authorizations.adopt(input), 'adopted')
  t.strictSame(await chains(id), { latest: 2, chain: 2 }, 'the next renewal begins a newer chain')
})
