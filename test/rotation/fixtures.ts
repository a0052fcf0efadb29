import type { Clock } from '../../src/core/clock.ts'
import { createWorld, type TestBroker, type World, type WorldOptions } from '../support/broker.ts'
import { type ImportedConsent, importActives } from '../support/consents.ts'
import { connectSql, type Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

type Test = Parameters<typeof createWorld>[0]

export interface Rig extends World {
  readonly broker: TestBroker
  readonly sql: Sql
  /** An active consent whose second rotation is far away. */
  consent(): Promise<ImportedConsent>
  /** Has the background rotate it now. */
  makeDue(id: string): Promise<unknown>
  /** Lets its access token end, its turn in the background still far away. */
  endToken(id: string): Promise<unknown>
  row(id: string): ReturnType<typeof readRow>
  /** Waits for a row that fits. */
  untilRow(what: string, id: string, fits: (row: Row) => boolean): Promise<Row>
}

export type Row = Awaited<ReturnType<typeof readRow>>

/** One broker and its bank, with hands on the rows between them. */
export async function createRig(t: Test, options: WorldOptions & { clock?: Clock } = {}): Promise<Rig> {
  const world = await createWorld(t, options)
  const broker = await world.startBroker({}, options.clock)
  const sql = connectSql(t, world.databaseUrl)
  const row = (id: string) => readRow(sql, id)
  return {
    ...world,
    broker,
    sql,
    row,
    consent: createStock(() => importActives(broker, world.bank, STOCK)),
    makeDue: (id) => sql('update consent_tokens set due_at = now() where consent_id = $1', [id]),
    endToken: (id) =>
      sql(
        `update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 hour' where consent_id = $1`,
        [id],
      ),
    untilRow: (what, id, fits) =>
      waitFor(what, async () => {
        const current = await row(id)
        return fits(current) && current
      }),
  }
}

const STOCK = 6

/** Imports several at once: their first rotation is half a second away, for one as for six. */
function createStock(importMore: () => Promise<ImportedConsent[]>): () => Promise<ImportedConsent> {
  let importing: Promise<ImportedConsent[]> | null = null
  return async function take(): Promise<ImportedConsent> {
    importing ??= importMore()
    const stock = await importing
    const consent = stock.pop()
    if (consent !== undefined) return consent
    importing = null
    return take()
  }
}

async function readRow(sql: Sql, id: string) {
  const [row] = await sql(
    `select t.*, c.status, c.status_reason, c.expires_at,
       extract(epoch from access_expires_at - obtained_at) as ttl,
       extract(epoch from retry_at - clock_timestamp()) as retry_in
     from consents c left join consent_tokens t on t.consent_id = c.id where c.id = $1`,
    [id],
  )
  return row
}
