import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import type { PracticeBank } from '../../src/practice-bank/index.ts'
import { getToken, importActive } from '../support/consents.ts'
import { presentationsOfGrant } from '../support/presentations.ts'
import type { Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { figure } from './row.ts'

export interface SlowBank {
  readonly bank: PracticeBank
  readonly sql: Sql
  readonly brokers: readonly { readonly internalUrl: string }[]
  readonly bankMs: number
}

const ASK_EVERY_MS = 50

/** Several brokers, each with a caller, want the same ended token from a bank that takes its time. */
export async function spendAtSlowBank(t: Test, { bank, sql, brokers, bankMs }: SlowBank): Promise<void> {
  const [first = { internalUrl: '' }] = brokers
  const { id, grant } = await importActive(first, bank)
  const token = bank.ledger.currentRefreshToken(grant.grant_id) ?? ''
  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'delay', delayMs: bankMs } })
  await sql('update consent_tokens set access_expires_at = now(), due_at = now()')

  const answers = await Promise.all(brokers.map((broker) => askUntilAnswered(broker, id, bankMs)))
  const spends = bank.ledger.presentationsOf(token).length
  const row = `bank slower (${bankMs / 1_000} s) than any lock, ${brokers.length} brokers`
  const asked = answers.reduce((sum, { tries }) => sum + tries, 0)
  figure(t, row, `${spends} spend, ${asked} times asked for meanwhile`)
  t.equal(spends, 1)
  t.equal(presentationsOfGrant(bank, grant.grant_id).length, 2, 'with the first rotation')
  t.equal(new Set(answers.map(({ accessToken }) => accessToken)).size, 1, 'all are given the same token')
}

async function askUntilAnswered(broker: { internalUrl: string }, id: string, bankMs: number) {
  let tries = 0
  const probe = async () => {
    tries += 1
    const { status, body } = await getToken(broker, id)
    if (status === 200) return body.access_token as string
    await delay(ASK_EVERY_MS)
    return null
  }
  const accessToken = await waitFor("the slow bank's answer", probe, bankMs + 20_000)
  return { accessToken, tries }
}
