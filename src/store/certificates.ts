import { sql } from 'kysely'
import type { CertificateStore, MadeDue, MakeDueInput } from '../core/bound-tokens.ts'
import type { Database, Tx } from './database.ts'
import { makeBatchDue } from './make-due.ts'
import { intervalMs } from './rows.ts'

const NOTHING: MadeDue = { madeDue: 0, more: false }

/** Keeps the certificates of each bank, and has the pairs of former ones refreshed. */
export function createCertificateStore(db: Database): CertificateStore {
  return {
    note: (bank, certificate, how) => note(db, { bank, certificate, how }),
    makeDue: (input) => makeDue(db, input),
  }
}

interface Note {
  readonly bank: string
  readonly certificate: string
  readonly how: 'started' | 'taken'
}

/** The first of a bank has no former; replicas that take the same one, one after the other, change it once. */
async function note(db: Database, { bank, certificate, how }: Note): Promise<void> {
  const again = sql`do update set in_use_since = now(), lagging_at = null, looks = 0, look_began_at = null,
    looked_to = null, finished_at = null
    where b.in_use_since < (select max(n.in_use_since) from bank_certificates n where n.bank = b.bank)`
  await sql`
    insert into bank_certificates as b (bank, certificate, in_use_since, finished_at)
    select ${bank}, ${certificate}, now(),
      case when not exists (select from bank_certificates where bank = ${bank}) then now() end
    on conflict (bank, certificate) ${how === 'taken' ? again : sql`do nothing`}`.execute(db)
}

interface Newest {
  certificate: string
  in_use_since: Date
  looked_to: string | null
  finished: boolean
  may_look: boolean
}

/** One replica at a time, one bounded batch: nobody waits for a lock. */
async function makeDue(db: Database, input: MakeDueInput): Promise<MadeDue> {
  const newest = await readNewest(db, input)
  if (newest === undefined) return NOTHING
  if (newest.certificate !== input.certificate) {
    await tellOfLag(db, input.bank, newest)
    return NOTHING
  }
  return newest.finished || !newest.may_look ? NOTHING : await look(db, input)
}

/** The first look begins at once, another when every answer to what was asked before has come. */
function mayLook({ settleMs }: MakeDueInput) {
  return sql<boolean>`(looks = 0 or look_began_at is not null
    or now() > greatest(in_use_since, lagging_at) + ${intervalMs(settleMs)})`
}

async function readNewest(db: Database | Tx, input: MakeDueInput, lock = sql``): Promise<Newest | undefined> {
  const { rows } = await sql<Newest>`
    select certificate, in_use_since, looked_to, finished_at is not null as finished, ${mayLook(input)} as may_look
    from bank_certificates where bank = ${input.bank} order by in_use_since desc limit 1 ${lock}`.execute(db)
  return rows[0]
}

/** What this replica obtains meanwhile is bound to the former: once it is gone, all is looked through again. */
async function tellOfLag(db: Database, bank: string, { certificate }: Newest): Promise<void> {
  await sql`
    update bank_certificates set lagging_at = now(), finished_at = null
    where bank = ${bank} and certificate = ${certificate}`.execute(db)
}

async function look(db: Database, input: MakeDueInput): Promise<MadeDue> {
  return db.transaction().execute(async (tx) => {
    const newest = await readNewest(tx, input, sql`for update skip locked`)
    const standing = newest?.certificate === input.certificate && !newest.finished && newest.may_look
    if (!standing) return NOTHING
    const batch = await makeBatchDue(tx, input, newest)
    await noteLook(tx, input, batch.lookedTo)
    return { madeDue: batch.madeDue, more: batch.lookedTo !== null }
  })
}

/** A look that began once all answers had come is the last. */
async function noteLook(tx: Tx, input: MakeDueInput, lookedTo: string | null): Promise<void> {
  const { bank, certificate, settleMs } = input
  const began = sql`coalesce(look_began_at, now())`
  const isLast = sql`${began} > greatest(in_use_since, lagging_at) + ${intervalMs(settleMs)}`
  const changes =
    lookedTo === null
      ? sql`looks = looks + 1, looked_to = null, look_began_at = null,
          finished_at = case when ${isLast} then now() end`
      : sql`looked_to = ${lookedTo}::uuid, look_began_at = ${began}`
  await sql`
    update bank_certificates set ${changes} where bank = ${bank} and certificate = ${certificate}`.execute(tx)
}
