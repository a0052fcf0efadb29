import type { Test } from 'tap'
import { KEYS, type TestBroker } from '../../support/broker.ts'
import type { Sql } from '../../support/sql.ts'
import { fingerprint } from './consents.ts'
import { exchange, rawRequest } from './raw.ts'

/** A body that is wrong, and the field that the answer names. */
export type Refusal = readonly [title: string, body: string | Buffer, field: string]

/** Sends bodies as they are, as the caller who may make the call. */
export function createSender({ internalUrl }: Pick<TestBroker, 'internalUrl'>) {
  return async (line: string, body: string | Buffer, headers: Record<string, string> = {}) => {
    const key = /import|refresher/.test(line) ? KEYS.ops : KEYS.ledger
    const all = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers }
    const { status, text } = await exchange(internalUrl, line, rawRequest(line, all, body))
    const { code, field } = text === '' ? {} : JSON.parse(text)
    return { status, code, field }
  }
}

interface RefusalParts {
  readonly send: ReturnType<typeof createSender>
  readonly sql: Sql
}

/** Tells that each of the bodies is a 400 naming the field, and that nothing changes. */
export function createRefuses(test: Test, { send, sql }: RefusalParts) {
  return (line: string, refusals: readonly Refusal[]): void => {
    test.test(line, async (t) => {
      const before = await fingerprint(sql)
      for (const [title, body, field] of refusals) {
        t.match(await send(line, body), { status: 400, code: 'invalid_request', field }, title)
      }
      t.equal(await fingerprint(sql), before, 'nothing changed')
    })
  }
}
