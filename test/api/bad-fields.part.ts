import { activate, SCOPES } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { NO_ID } from './support/consents.ts'
import { createRefuses, createSender } from './support/refusals.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const send = createSender(broker)
const refuses = createRefuses(t, { send, sql })
const json = (value: unknown) => JSON.stringify(value)
const id = await activate(broker)

refuses(`POST /v1/consents/${id}/token`, [
  ['null', 'null', 'body'],
  ['below the least', json({ min_validity: -1 }), 'min_validity'],
  ['above the most', json({ min_validity: 604_801 }), 'min_validity'],
  ['a fraction', json({ min_validity: 1.5 }), 'min_validity'],
  ['more than any number', '{"min_validity":1e999}', 'min_validity'],
  ['more than any integer', '{"min_validity":99999999999999999999999}', 'min_validity'],
  ['a text', json({ min_validity: '60' }), 'min_validity'],
  ['an empty token', json({ rejected_token: '' }), 'rejected_token'],
  ['a long token', json({ rejected_token: 'x'.repeat(4097) }), 'rejected_token'],
  ['an unknown field', json({ minValidity: 1 }), 'minValidity'],
])

refuses(`POST /v1/consents/${id}/authorizations`, [
  ['an array', '[]', 'body'],
  ['an unknown field', json({ scopes: SCOPES }), 'scopes'],
  ['a page elsewhere', json({ return_url: 'http://127.0.0.1:10/' }), 'return_url'],
])

refuses(`POST /v1/consents/${id}/confirm`, [
  ['nothing', '', 'body'],
  ['no code', '{}', 'result_code'],
  ['a code of nobody', json({ result_code: 'x' }), 'result_code'],
])

refuses('POST /v1/client-tokens', [
  ['no scope', '{}', 'scope'],
  ['an empty one', json({ scope: '' }), 'scope'],
  ['one that nobody knows', json({ scope: 'psd2:nothing' }), 'scope'],
  ['a customer grants it', json({ scope: 'psd2:account:balance:read' }), 'scope'],
  ['two spaces', json({ scope: 'psd2:payment:sepa:write  psd2:payment:sepa:write' }), 'scope'],
])

refuses('POST /v1/refresher/hold', [
  ['no reason', '{}', 'reason'],
  ['yesterday', json({ reason: 'x', until: '2001-01-01T00:00:00Z' }), 'until'],
  ['too long', json({ reason: 'x', until: new Date(Date.now() + 90_000_000).toISOString() }), 'until'],
  ['a leap second', json({ reason: 'x', until: '2016-12-31T23:59:60Z' }), 'until'],
  ['a day that is none', json({ reason: 'x', until: '2027-02-29T00:00:00Z' }), 'until'],
  ['no zone', json({ reason: 'x', until: '2027-02-28T00:00:00' }), 'until'],
  ['a number', json({ reason: 'x', until: 1_900_000_000 }), 'until'],
])

refuses('POST /v1/refresher/resume', [['a body', json({ reason: 'x' }), 'body']])
refuses(`DELETE /v1/consents/${id}`, [['a body', json({ reason: 'x' }), 'body']])

const chain = {
  refresh_token: 'x',
  scopes: SCOPES,
  expires_at: new Date(Date.now() + 86_400_000).toISOString(),
}

refuses('POST /v1/consents/import', [
  ['nothing', '{}', 'refresh_token'],
  ['a token with a line break', json({ ...chain, refresh_token: 'a\nb' }), 'refresh_token'],
  ['over already', json({ ...chain, expires_at: '2001-01-01T00:00:00Z' }), 'expires_at'],
  ['the year 0', json({ ...chain, expires_at: '0000-01-01T00:00:00Z' }), 'expires_at'],
  ['the year 9999', json({ ...chain, expires_at: '9999-12-31T23:59:59Z' }), 'expires_at'],
  ['the year 99999', json({ ...chain, expires_at: '+099999-01-01T00:00:00Z' }), 'expires_at'],
  ['a leap second', json({ ...chain, expires_at: '2026-12-31T23:59:60Z' }), 'expires_at'],
  ['an id that is none', json({ ...chain, consent_id: 'x' }), 'consent_id'],
  ['an id with a prefix', json({ ...chain, consent_id: `urn:uuid:${NO_ID}` }), 'consent_id'],
  ['a brand nobody knows', json({ ...chain, bank_brand: 'XXXX01' }), 'bank_brand'],
  ['return_url', json({ ...chain, return_url: 'http://127.0.0.1:9/' }), 'return_url'],
])
