import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

export interface ServerFacts {
  readonly versionText: string
  /** A standby: nothing can be written there. */
  readonly isStandby: boolean
  readonly user: string
  readonly mayCreate: boolean
}

/** What kind of server, and as whom it is used. */
export async function readServerFacts(db: Database): Promise<ServerFacts> {
  const { rows } = await sql<ServerFacts>`
    select current_setting('server_version') as "versionText", pg_is_in_recovery() as "isStandby", current_user as "user",
      coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as "mayCreate"`.execute(db)
  const [facts] = rows
  if (facts === undefined) throw new Error('The database told nothing of itself.')
  return facts
}

/** What only statements of plain SQL name. */
type Untyped = 'bank_certificates' | 'webhook_subscribers' | 'webhook_deliveries' | 'expiry_notices'

/** What the statements and triggers of the broker do to a table, beside reading and adding. */
const MORE: Readonly<Record<keyof Tables | Untyped, readonly ('UPDATE' | 'DELETE')[]>> = {
  consents: ['UPDATE'],
  consent_tokens: ['UPDATE', 'DELETE'],
  staged_tokens: ['UPDATE', 'DELETE'],
  authorizations: ['UPDATE'],
  authorization_attempts: ['UPDATE', 'DELETE'],
  consent_events: ['UPDATE'],
  event_chains: ['UPDATE'],
  bank_gates: ['UPDATE'],
  bank_events: ['UPDATE'],
  bank_answers: ['UPDATE', 'DELETE'],
  bank_outcomes: ['UPDATE', 'DELETE'],
  bank_certificates: ['UPDATE'],
  idempotency_keys: ['UPDATE', 'DELETE'],
  imported_tokens: [],
  encryption_keys: ['DELETE'],
  webhook_subscribers: ['UPDATE', 'DELETE'],
  webhook_deliveries: ['UPDATE', 'DELETE'],
  expiry_notices: ['UPDATE'],
}
const LEAST = ['SELECT', 'INSERT']

/** The rights on tables of the schema that the user lacks and the broker needs, such as `consents: UPDATE`. */
export async function lackingRights(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ table: string; right: string }>`
    select c.relname as "table", r.name as "right"
    from pg_class c cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as r (name)
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and c.relname not like 'kysely\\_%' and not has_table_privilege(c.oid, r.name)
    order by c.relname`.execute(db)
  return rows
    .filter(({ table, right }) => [...LEAST, ...moreOn(table)].includes(right))
    .map(({ table, right }) => `${table}: ${right}`)
}

/** What a newer version has added is its own matter. */
function moreOn(table: string): readonly string[] {
  const known: Readonly<Record<string, readonly string[]>> = MORE
  return Object.hasOwn(known, table) ? (known[table] ?? []) : []
}
