import type { PracticeBank } from '../../src/practice-bank/index.ts'
import { type ImportedConsent, importConsents } from '../support/consents.ts'
import type { Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

export interface HerdOptions {
  readonly broker: { readonly internalUrl: string }
  readonly bank: PracticeBank
  readonly sql: Sql
  readonly count: number
}

const BATCH = 25

/** Imports many consents, a few at a time, and waits for the first rotation of all. */
export async function importHerd({ broker, bank, sql, count }: HerdOptions): Promise<ImportedConsent[]> {
  const consents: ImportedConsent[] = []
  while (consents.length < count) {
    consents.push(...(await importConsents(broker, bank, Math.min(BATCH, count - consents.length))))
  }
  const active = async () => {
    const [row] = await sql(`select count(*)::int as active from consents where status = 'active'`)
    return row.active === count
  }
  await waitFor('the first rotation of all', active, 60_000)
  return consents
}
