import { sql } from 'kysely'
import { OperatorError } from '../core/errors.ts'
import type { Database } from './database.ts'

/** Raises `schema_unusable` where a commit could be forgotten: a token spent and not remembered is lost. */
export async function assertDurable(db: Database): Promise<void> {
  const { rows } = await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(db)
  if (rows[0]?.synchronous_commit !== 'off') return
  throw new OperatorError(
    'schema_unusable',
    'The database runs with synchronous_commit=off and may forget a commit: set it to on for this role.',
  )
}
