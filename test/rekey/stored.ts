import { kidOf } from '../../src/vault/index.ts'
import { queryOnce, type Sql, withConnection } from '../support/sql.ts'

/**
 * Counts what is stored by `table.column` and key id. It looks for compact JWEs in every text column there is,
 * so that a sealed column which the re-keying does not know of is found out.
 */
export function sealedByKid(url: string): Promise<Record<string, Record<string, number>>> {
  return withConnection(url, countSealed)
}

async function countSealed(sql: Sql): Promise<Record<string, Record<string, number>>> {
  const columns = await sql(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and data_type = 'text' order by 1, 2`,
  )
  const counts: Record<string, Record<string, number>> = {}
  for (const { table_name: table, column_name: column } of columns) {
    const rows = await sql(`select ${column} as sealed from ${table} where ${column} like 'eyJ%.%.%.%.%'`)
    for (const { sealed } of rows) add(counts, `${table}.${column}`, kidOf(sealed))
  }
  const hashes = await sql('select iban_hash_kid as kid from consents where iban_hash is not null')
  for (const { kid } of hashes) add(counts, 'consents.iban_hash', kid)
  return counts
}

function add(counts: Record<string, Record<string, number>>, place: string, kid: string): void {
  const byKid = counts[place] ?? {}
  counts[place] = { ...byKid, [kid]: (byKid[kid] ?? 0) + 1 }
}

/** The key ids that anything is sealed under. */
export async function kidsInUse(url: string): Promise<string[]> {
  const counts = await sealedByKid(url)
  return [...new Set(Object.values(counts).flatMap((byKid) => Object.keys(byKid)))].sort()
}

/** The key ids that a start refuses to miss. */
export async function registeredKids(url: string): Promise<string[]> {
  const rows = await queryOnce(url, 'select kid from encryption_keys order by kid')
  return rows.map(({ kid }) => kid)
}
