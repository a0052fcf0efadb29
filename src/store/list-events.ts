import type { ConsentEvent } from '../core/consent-store.ts'
import type { Database } from './database.ts'
import { toEvent } from './rows.ts'

/** Lists a consent's history, newest first. */
export async function listEvents(
  db: Database,
  consentId: string,
  page: { limit: number; before: string | null },
): Promise<ConsentEvent[]> {
  const events = await db
    .selectFrom('consent_events')
    .selectAll()
    .where('consent_id', '=', consentId)
    .$if(page.before !== null, (query) => query.where('id', '<', page.before))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return events.map(toEvent)
}
