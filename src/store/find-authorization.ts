import type { AttemptRecord, AuthorizationRecord } from '../core/authorization-store.ts'
import type { Database } from './database.ts'
import { toAuthorization, toConsent } from './rows.ts'
import type { AuthorizationRow } from './schema.ts'

/** Finds the authorization a start link leads to. */
export async function findByTicket(db: Database, ticketDigest: string): Promise<AuthorizationRecord | null> {
  const row = await db
    .selectFrom('authorizations')
    .selectAll()
    .where('ticket_digest', '=', ticketDigest)
    .executeTakeFirst()
  return row === undefined ? null : withConsent(db, row)
}

/** Finds the attempt a callback's `state` belongs to. */
export async function findAttempt(db: Database, stateDigest: string): Promise<AttemptRecord | null> {
  const attempt = await db
    .selectFrom('authorization_attempts')
    .selectAll()
    .where('state_digest', '=', stateDigest)
    .executeTakeFirst()
  if (attempt === undefined) return null
  const row = await db
    .selectFrom('authorizations')
    .selectAll()
    .where('id', '=', attempt.authorization_id)
    .executeTakeFirstOrThrow()
  return {
    ...(await withConsent(db, row)),
    attempt: {
      stateDigest: attempt.state_digest,
      cookieDigest: attempt.cookie_digest,
      codeVerifier: attempt.code_verifier,
      consumedAt: attempt.consumed_at,
    },
  }
}

async function withConsent(db: Database, row: AuthorizationRow): Promise<AuthorizationRecord> {
  const consent = await db
    .selectFrom('consents')
    .selectAll()
    .where('id', '=', row.consent_id)
    .executeTakeFirstOrThrow()
  return { authorization: toAuthorization(row), consent: toConsent(consent) }
}
