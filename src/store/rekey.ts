import { type RawBuilder, sql } from 'kysely'
import type { ResealedRow, RowKey, RowWindow, SealedTable, StaleRow } from '../core/rekey.ts'
import type { Sealed } from '../core/vault.ts'
import type { Database } from './database.ts'
import { SEALED_COLUMNS, type SealedColumns, type SealedContext } from './sealed-tables.ts'

/** The key that seals, and what every ciphertext under it begins with. */
export interface SealingKey {
  readonly kid: string
  readonly prefix: string
}

export interface SealedTablesOptions {
  readonly sealing: SealingKey
  /** Rows a statement looks at and writes: each is short, whatever has been done already. */
  readonly windowRows?: number
}

type StoredRow = SealedContext & Readonly<Record<string, string | number | null>>

const WINDOW_ROWS = 200

/** Gives every table with sealed columns, in an order that reaches the tokens early. */
export function createSealedTables(db: Database, options: SealedTablesOptions): SealedTable[] {
  const { sealing, windowRows = WINDOW_ROWS } = options
  return SEALED_COLUMNS.map((spec) => ({
    name: spec.table,
    estimateRows: () => estimateRows(db, spec.table),
    read: (after) => readWindow(db, spec, { sealing, windowRows, after }),
    replace: (rows) => replaceRows(db, spec, { rows, kid: sealing.kid }),
  }))
}

/** The planner's own count: an exact one would read a large table whole. */
async function estimateRows(db: Database, table: string): Promise<number | null> {
  const { rows } = await sql<{ estimate: number }>`
    select reltuples as estimate from pg_class where oid = to_regclass(${table}::text)`.execute(db)
  const estimate = rows[0]?.estimate ?? -1
  return estimate < 0 ? null : estimate
}

interface WindowInput {
  readonly sealing: SealingKey
  readonly windowRows: number
  readonly after: RowKey | null
}

/** One window along the primary key; only rows that need work leave the database. */
async function readWindow(db: Database, spec: SealedColumns, input: WindowInput): Promise<RowWindow> {
  const keys = Object.keys(spec.key)
  const keyColumns = keys.map((name) => `t.${name}`)
  const selected = [...keyColumns, ...spec.context, ...spec.columns.map((name) => `t.${name}`)].join(', ')
  const { rows } = await sql<{ seen: number; last: RowKey | null; stale: StoredRow[] }>`
    with seen as materialized (
      select ${sql.raw(selected)}, ${isStale(spec, input.sealing)} as is_stale
      from ${sql.table(spec.table)} t ${sql.raw(spec.join ?? '')}
      where ${isAfter(spec, input.after)}
      order by ${sql.raw(keyColumns.join(', '))} limit ${input.windowRows}
    )
    select (select count(*)::int from seen) as seen,
      (select to_jsonb(l) from (select ${sql.raw(keys.join(', '))} from seen
        order by ${sql.raw(keys.map((name) => `${name} desc`).join(', '))} limit 1) l) as last,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from seen s where s.is_stale) as stale`.execute(db)
  const { seen, last, stale } = rows[0] ?? { seen: 0, last: null, stale: [] }
  return {
    seen,
    stale: stale.map((row) => toStaleRow(spec, row)),
    next: seen < input.windowRows ? null : last,
  }
}

function isAfter({ key }: SealedColumns, after: RowKey | null): RawBuilder<unknown> {
  if (after === null) return sql`true`
  const columns = Object.keys(key).map((name) => sql.ref(`t.${name}`))
  const values = Object.entries(key).map(([name, type]) => sql`${after[name]}::${sql.raw(type)}`)
  return sql`(${sql.join(columns)}) > (${sql.join(values)})`
}

function isStale({ table, columns }: SealedColumns, { kid, prefix }: SealingKey): RawBuilder<unknown> {
  const tests = columns.map((name) => sql`left(${sql.ref(`t.${name}`)}, ${prefix.length}) <> ${prefix}`)
  // The hash of an account has no header: its key's id stands beside it.
  if (table === 'consents') tests.push(sql`t.iban_hash_kid <> ${kid}`)
  const known = tests.map((test) => sql`coalesce(${test}, false)`)
  return sql`(${sql.join(known, sql` or `)})`
}

function toStaleRow(spec: SealedColumns, row: StoredRow): StaleRow {
  const values = spec.columns.flatMap((column) => {
    const sealed = row[column]
    if (typeof sealed !== 'string') return []
    return [{ column, sealed: sealed as Sealed, binding: spec.binding(row, column) }]
  })
  return {
    key: Object.fromEntries(Object.keys(spec.key).map((name) => [name, String(row[name])])),
    consentId: spec.table === 'consents' ? row.id : row.consent_id,
    values,
  }
}

interface Replacement {
  readonly rows: readonly ResealedRow[]
  readonly kid: string
}

/**
 * Writes one batch. Rows that are locked are left for the next look: who never waits for a lock takes part in
 * no deadlock, and a rotation waits for this statement alone. `version` stays: it counts pairs.
 */
async function replaceRows(db: Database, spec: SealedColumns, { rows, kid }: Replacement): Promise<number> {
  const { table, key } = spec
  const names = Object.keys(key)
  const written = table === 'consents' ? [...spec.columns, 'iban_hash', 'iban_hash_kid'] : spec.columns
  const record = [
    ...Object.entries(key).map(([name, type]) => `${name} ${type}`),
    ...spec.columns.map((name) => `${name}_before text`),
    ...written.map((name) => `${name} text`),
    'history_of uuid',
  ]
  const set = written.map((name) => `${name} = coalesce(f.${name}, t.${name})`)
  const same = names.map((name) => `t.${name} = f.${name}`)
  const unchanged = spec.columns.map((name) => `(f.${name}_before is null or t.${name} = f.${name}_before)`)
  const { rows: counts } = await sql<{ resealed: number }>`
    with fresh as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows.map(toRecord))}::jsonb) as f(${sql.raw(record.join(', '))})
    ), free as materialized (
      select f.* from ${sql.table(table)} t join fresh f on ${sql.raw(same.join(' and '))}
      where ${sql.raw(unchanged.join(' and '))} for no key update of t skip locked
    ), resealed as (
      update ${sql.table(table)} t set ${sql.raw(set.join(', '))}
      from free f where ${sql.raw([...same, ...unchanged].join(' and '))} returning f.history_of
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select history_of, 'consent.rekeyed', 'rekey', jsonb_build_object('kid', ${kid}::text), now()
      from resealed order by history_of
      on conflict (consent_id, (detail->>'kid')) where type = 'consent.rekeyed' do nothing
    )
    select count(*)::int as resealed from resealed`.execute(db)
  return counts[0]?.resealed ?? 0
}

function toRecord({ key, consentId, values, search }: ResealedRow): Record<string, string> {
  const columns = values.flatMap(({ column, before, after }) => [
    [`${column}_before`, before],
    [column, after],
  ])
  const hash = search === null ? {} : { iban_hash: search.hash, iban_hash_kid: search.kid }
  return { ...key, ...Object.fromEntries(columns), ...hash, history_of: consentId }
}
