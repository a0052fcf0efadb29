import type { PracticeBank } from '../../../src/practice-bank/index.ts'
import { call } from '../../support/api.ts'
import { importBody } from '../../support/consents.ts'
import type { Sql } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Replica } from './replica.ts'

/** A consent at the brokers, and the grant behind it at the bank. */
export interface Consent {
  readonly id: string
  readonly grantId: string
  readonly firstPair: { readonly accessToken: string; readonly refreshToken: string }
}

interface Places {
  readonly replicas: readonly Replica[]
  readonly bank: PracticeBank
  readonly sql: Sql
}

const AT_ONCE = 12
const ACTIVE_WITHIN_MS = 120_000

/** Starts grants at the bank, moves them in, and waits until each has been rotated once. */
export async function importConsents(places: Places, count: number): Promise<Consent[]> {
  const consents: Consent[] = []
  let begun = 0
  const worker = async (_: unknown, index: number) => {
    const replica = places.replicas[index % places.replicas.length]
    while (replica !== undefined && begun < count) {
      begun += 1
      consents.push(await importOne(places.bank, replica))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  await waitFor('all consents to be active', () => areActive(places.sql), ACTIVE_WITHIN_MS)
  return consents
}

async function importOne(bank: PracticeBank, { url: internalUrl }: Replica): Promise<Consent> {
  const grant = bank.startGrant({ consentValidityMs: 80 * 86_400_000 })
  const body = importBody(grant, { owner: 'ledger' })
  const {
    status,
    body: consent,
    text,
  } = await call({ internalUrl }, 'POST /v1/consents/import', { as: 'ops', body })
  if (status !== 201) throw new Error(`the import was answered ${status}: ${text}`)
  const firstPair = { accessToken: grant.access_token, refreshToken: grant.refresh_token }
  return { id: consent.id, grantId: grant.grant_id, firstPair }
}

async function areActive(sql: Sql): Promise<boolean> {
  const [row] = await sql("select count(*) as left from consents where status <> 'active'")
  return Number(row.left) === 0
}
