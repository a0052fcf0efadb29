import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { createSpoolWorld } from '../spool/fixtures.ts'
import type { CallOptions } from '../support/api.ts'
import type { TestBroker } from '../support/broker.ts'
import { getToken, importActive, untilStatus } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { waitFor } from '../support/wait-for.ts'
import type { SecretSearch } from './secret-search.ts'

interface On {
  readonly broker: TestBroker
  readonly world: Awaited<ReturnType<typeof createSpoolWorld>>
  readonly keep: SecretSearch['keep']
  readonly ask: (route: string, options?: CallOptions) => Promise<unknown>
}

/** Each outcome leaves its traces: rotated, refused, ours, uncertain with an answer kept. */
export async function rotateAndFail(t: Test, { broker, world, keep, ask }: On, id: string): Promise<void> {
  const { bank, sql } = world
  keep('access token', (await getToken(broker, id)).body.access_token)
  const { body } = await getToken(broker, id)
  keep('access token', (await getToken(broker, id, { rejected_token: body.access_token })).body.access_token)
  const actions = [
    { kind: 'edit', truncateTo: 120 },
    { kind: 'status', status: 500, body: 'oops' },
    { kind: 'status', status: 401, body: { error: 'invalid_client' } },
  ] as const
  for (const action of actions) {
    const { id: struck, grant } = await importActive(broker, bank)
    keep('access token', grant.access_token)
    keep('refresh token', grant.refresh_token)
    keep('refresh token', bank.ledger.currentRefreshToken(grant.grant_id))
    bank.faults.add({ endpoint: 'token', grantId: grant.grant_id, when: 'after', action })
    await sql('update consent_tokens set access_expires_at = now() where consent_id = $1', [struck])
    t.equal((await getToken(broker, struck)).status, 503)
    keep('refresh token', bank.ledger.currentRefreshToken(grant.grant_id))
    await ask(`GET /v1/consents/${struck}/events`, { as: 'ops' })
  }
  const refused = await importActive(broker, bank)
  bank.revokeConsent({ grantId: refused.grant.grant_id })
  await sql('update consent_tokens set due_at = now() where consent_id = $1', [refused.id])
  await untilStatus(broker, refused.id, 'reauthorization_required')
}

/** The database goes away while the bank answers: the pair lies in a file until it is back. */
export async function spoolAnAnswer({ broker, world, keep }: On): Promise<[name: string, text: string]> {
  const { bank } = world
  const { id, grant } = await importActive(broker, bank)
  const { body } = await getToken(broker, id)
  keep('access token', body.access_token)
  const gate = createGate()
  const fault = bank.faults.add({
    ...{ endpoint: 'token', grantId: grant.grant_id, when: 'after', times: 1 },
    action: { kind: 'wait', until: gate.opened },
  })
  const asked = getToken(broker, id, { rejected_token: body.access_token })
  await waitFor('the bank to be asked', () => fault.struck === 1)
  world.proxy.refuse()
  gate.open()
  keep('access token', (await asked).body.access_token)
  keep('refresh token', bank.ledger.currentRefreshToken(grant.grant_id))
  const file = await waitFor('a file in the spool', async () => {
    const files = await world.files()
    return files.find((name) => name.endsWith('.answer'))
  })
  const text = await readFile(join(world.spoolDir, file), 'utf8')
  world.proxy.accept()
  await waitFor('it to be saved', async () => (await world.files()).length === 0)
  return [file, text]
}

/** Calls that are refused, and some that tell much. */
export async function provokeProblems({ ask }: On, id: string): Promise<void> {
  await ask(`POST /v1/consents/${id}/token?token=whatever`, { body: {} })
  await ask('POST /v1/client-tokens', { body: { scope: 'psd2:nonsense' } })
  await ask('GET /v1/consents', { headers: { authorization: 'Bearer unknown' } })
  await ask(`GET /v1/consents/${id}/events`)
  await ask(`GET /v1/consents/${id}/account`)
  await ask(`GET /v1/consents?iban=NL99ABNA0000000000`)
  await ask('GET /v1/status', { as: 'ops' })
  await ask('GET /v1/consents', { as: 'ops' })
  await ask('GET /openapi.json')
}
