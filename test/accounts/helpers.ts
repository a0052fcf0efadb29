import type { Test } from 'tap'
import { call } from '../support/api.ts'
import { ACCOUNTS } from '../support/authorize.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { connectSql } from '../support/sql.ts'

/** For a fault: whatever comes to Consent Info. */
export const CONSENT_INFO = { endpoint: 'consentinfo', times: null } as const
/** The first account of the practice customer, as answers show it. */
export const MASKED = 'NL12ABNA******6523'

/** A broker that rotates nothing by itself, and its bank. */
export async function createAccountWorld(test: Test) {
  const world = await createWorld(test, { env: { REFRESHER: 'off', BANK_TIMEOUT: '1s' } })
  const { bank } = world
  const broker = await world.startBroker()
  const sql = connectSql(test, world.databaseUrl)
  return {
    ...world,
    broker,
    sql,
    check: (id: string, from: Pick<TestBroker, 'internalUrl'> = broker) =>
      call(from, `GET /v1/consents/${id}/account`),
    /** Has the gateway refuse what comes to Consent Info. */
    refuse(status: number, code: string, times: number | null = null) {
      const body = { errors: [{ code, message: 'no', traceId: 'x', status }] }
      return bank.faults.add({ ...CONSENT_INFO, times, action: { kind: 'status', status, body } })
    },
    /** Has Consent Info tell something else. */
    tell: (set: Record<string, unknown>, omit: string[] = []) =>
      bank.faults.add({ ...CONSENT_INFO, when: 'after', action: { kind: 'edit', set, omit } }),
    /** Counts the new pairs of a consent's chain. */
    async rotationsOf(id: string): Promise<number> {
      const [{ version }] = await sql('select version from consent_tokens where consent_id = $1', [id])
      return version - 1
    },
  }
}

type AccountWorld = Awaited<ReturnType<typeof createAccountWorld>>

/** Asserts that nothing logged for these consents, more than so many, names an account or a token. */
export async function assertLogIsMute(t: Test, world: AccountWorld, moreThan: number): Promise<void> {
  const { bank, broker, sql } = world
  const tokens = await sql('select 1 from consent_tokens')
  t.ok(tokens.length > moreThan)
  const logged = broker.logged.join('\n')
  for (const iban of ACCOUNTS) t.notOk(logged.includes(iban))
  for (const { issued } of bank.ledger.presentations()) {
    t.notOk(issued !== null && logged.includes(issued.accessToken))
  }
  t.same(bank.ledger.presentedMoreThan(1), [])
}
