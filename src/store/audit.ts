import { type RawBuilder, sql } from 'kysely'
import type { ChainHead, StoredEvent } from '../core/audit-chain.ts'
import type { AuditStore, History, UseHistory, Window } from '../core/verify-audit.ts'
import type { Database, Tx } from './database.ts'

const BANK = 'bank:'
/** Events a statement reads: each is short, and the memory flat. */
const WINDOW_ROWS = 5_000
const EMPTIED_WINDOW_ROWS = 20_000

interface EventRow extends StoredEvent {
  readonly chain: string
  readonly headLength: number | null
  readonly headHash: string | null
}

const HEAD = sql`h.length as "headLength", encode(h.hash, 'hex') as "headHash"`
const EVENT = sql`e.id, e.position, encode(e.hash, 'hex') as hash, e.type, e.actor,
  to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt", e.detail::text`
const PERSONAL = sql`e.personal::text, encode(e.personal_salt, 'hex') as "personalSalt",
  encode(e.personal_hash, 'hex') as "personalHash"`
const NO_PERSONAL = sql`null as personal, null as "personalSalt", null as "personalHash"`

/** Reads the histories of consents and banks as they are stored. */
export function createAuditStore(db: Database, { windowRows = WINDOW_ROWS } = {}): AuditStore {
  return {
    estimateEvents: () => estimateEvents(db),
    readHistories: (after) => readHistories(db, after, windowRows),
    bankChains: () => bankChains(db),
    readLong: (chain, use) => readLong(db, { chain, windowRows }, use),
    readEmptied: (after) => readEmptied(db, after),
  }
}

async function estimateEvents(db: Database): Promise<number | null> {
  const { rows } = await sql<{ estimate: number }>`
    select reltuples as estimate from pg_class where oid = to_regclass('consent_events')`.execute(db)
  const estimate = rows[0]?.estimate ?? -1
  return estimate < 0 ? null : estimate
}

async function readHistories(db: Database, after: string | null, limit: number): Promise<Window<History>> {
  const from = after === null ? sql`true` : sql`consent_id > ${after}::uuid`
  const { rows } = await sql<EventRow>`
    with seen as materialized (
      select * from consent_events where ${from} order by consent_id limit ${limit}
    )
    select e.consent_id as chain, ${EVENT}, ${PERSONAL}, ${HEAD}
    from seen e left join event_chains h on h.chain = e.consent_id::text
    order by e.consent_id, e.position nulls first, e.id`.execute(db)
  const histories = toHistories(rows)
  if (rows.length < limit) return { found: histories, next: null }
  // The last may go on behind this window: it is read with the next, or alone.
  const last = histories.pop()
  if (histories.length === 0 && last !== undefined) histories.push({ ...last, events: null })
  return { found: histories, next: histories.at(-1)?.chain ?? null }
}

function toHistories(rows: readonly EventRow[]): History[] {
  const byChain = Map.groupBy(rows, ({ chain }) => chain)
  return [...byChain].map(([chain, events]) => ({ chain, head: headOf(chain, events[0]), events }))
}

function headOf(chain: string, row: Pick<EventRow, 'headLength' | 'headHash'> | undefined): ChainHead | null {
  const { headLength = null, headHash = null } = row ?? {}
  return headLength === null || headHash === null ? null : { chain, length: headLength, hash: headHash }
}

async function bankChains(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ chain: string }>`
    select chain from event_chains where chain like ${`${BANK}%`}
    union select ${BANK} || bank collate "C" from bank_events order by 1`.execute(db)
  return rows.map(({ chain }) => chain)
}

/** In a transaction of its own: a moment that lasts as long as one history is read. */
async function readLong(
  db: Database,
  { chain, windowRows }: { chain: string; windowRows: number },
  use: UseHistory,
): Promise<void> {
  const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  await reading.execute(async (tx) => {
    const { rows } = await sql<Pick<EventRow, 'headLength' | 'headHash'>>`
      select ${HEAD} from event_chains h where chain = ${chain}`.execute(tx)
    // A cursor takes no parameters.
    await sql`declare history no scroll cursor for ${eventsOf(chain)} order by position nulls first, id`.execute(
      tx,
    )
    await use(headOf(chain, rows[0]), fetchAll(tx, windowRows))
  })
}

function eventsOf(chain: string): RawBuilder<unknown> {
  return chain.startsWith(BANK)
    ? sql`select ${EVENT}, ${NO_PERSONAL} from bank_events e where bank = ${sql.lit(chain.slice(BANK.length))}`
    : sql`select ${EVENT}, ${PERSONAL} from consent_events e where consent_id = ${sql.lit(chain)}`
}

async function* fetchAll(tx: Tx, count: number): AsyncGenerator<StoredEvent[]> {
  for (;;) {
    const { rows } = await sql<StoredEvent>`fetch ${sql.lit(count)} from history`.execute(tx)
    if (rows.length === 0) return
    yield rows
  }
}

/** Consents first, then heads; a window is known by what it is of. */
async function readEmptied(db: Database, after: string | null): Promise<Window<string>> {
  const [kind, last] = after === null ? ['consents', null] : after.split('/')
  return kind === 'consents' ? emptiedConsents(db, last ?? null) : emptiedHeads(db, last ?? null)
}

interface Emptied {
  readonly chains: readonly string[]
  readonly last: string | null
}

async function emptiedConsents(db: Database, after: string | null): Promise<Window<string>> {
  const from = after === null || after === '' ? sql`true` : sql`id > ${after}::uuid`
  const { rows } = await sql<Emptied>`
    with seen as materialized (select id from consents where ${from} order by id limit ${EMPTIED_WINDOW_ROWS})
    select array(select id::text from seen where not exists
        (select from consent_events where consent_id = seen.id) order by 1) as chains,
      (select id from seen order by id desc limit 1) as last`.execute(db)
  const { chains, last } = rows[0] ?? { chains: [], last: null }
  return { found: chains, next: last === null ? 'heads/' : `consents/${last}` }
}

/** Of consents that are there no more: those that are have been told of. */
async function emptiedHeads(db: Database, after: string | null): Promise<Window<string>> {
  const { rows } = await sql<Emptied>`
    with seen as materialized (
      select chain from event_chains where chain > ${after ?? ''} order by chain limit ${EMPTIED_WINDOW_ROWS}
    )
    select array(select seen.chain from seen where case
        when seen.chain like ${`${BANK}%`} then false
        when seen.chain !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then true
        else not exists (select from consents where consents.id = seen.chain::uuid)
          and not exists (select from consent_events where consent_id = seen.chain::uuid) end order by 1) as chains,
      (select chain from seen order by chain desc limit 1) as last`.execute(db)
  const { chains, last } = rows[0] ?? { chains: [], last: null }
  return { found: chains, next: last === null ? null : `heads/${last}` }
}
