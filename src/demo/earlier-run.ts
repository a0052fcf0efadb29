import type { Api, ConsentAnswer } from './api.ts'
import type { CallerKeys } from './kept.ts'

interface ConsentPage {
  readonly items: readonly ConsentAnswer[]
  readonly next_cursor: string | null
}

/**
 * Ends what an earlier run left and this one can't go on with, by the API as a person would: a hold on
 * refreshing, and consents whose grants the practice bank forgot when it stopped.
 * @returns what was done, in words
 */
export async function endEarlierRun(api: Record<keyof CallerKeys, Api>): Promise<string> {
  const resumed = await resume(api.operations)
  const dead = [
    ...(await list(api.ledger, 'active')),
    ...(await list(api.ledger, 'pending')).filter(hasTokens),
  ]
  for (const { id } of dead) await api.ledger(`DELETE /v1/consents/${id}`)
  const ended = dead.length === 0 ? 'none to end' : `${dead.length} revoked: the practice bank forgot them`
  return resumed ? `${ended}; refreshing was held, and resumed` : ended
}

async function resume(operations: Api): Promise<boolean> {
  const { refresh } = await operations<{ refresh: { hold: object | null } }>('GET /v1/status')
  if (refresh.hold !== null) await operations('POST /v1/refresher/resume')
  return refresh.hold !== null
}

async function list(ledger: Api, status: string): Promise<ConsentAnswer[]> {
  const found: ConsentAnswer[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: ConsentPage = await ledger(`GET /v1/consents?status=${status}&limit=100${after}`)
    found.push(...page.items)
    cursor = page.next_cursor
  }
  return found
}

// One that waits for its customer has none: its link goes on working. An imported one has.
function hasTokens({ refresh }: ConsentAnswer): boolean {
  return refresh.next_due_at !== null
}
