import {
  type ChainCheck,
  type ChainFault,
  type ChainHead,
  checkChain,
  type PrefixedHash,
  type StoredEvent,
} from './audit-chain.ts'

/** A history with its head, both of one moment. */
export interface History {
  readonly chain: string
  readonly head: ChainHead | null
  /** In order of position; null where it is too long to be read with others. */
  readonly events: readonly StoredEvent[] | null
}

export interface Window<T> {
  readonly found: readonly T[]
  /** Where the next window begins; null after the last. */
  readonly next: string | null
}

export type UseHistory = (
  head: ChainHead | null,
  parts: AsyncIterable<readonly StoredEvent[]>,
) => Promise<void>

/** Reads histories in bounded steps. */
export interface AuditStore {
  /** About how many events there are; null where the database has not counted them. */
  estimateEvents(): Promise<number | null>
  /** Histories of consents, in order of chain. */
  readHistories(after: string | null): Promise<Window<History>>
  /** The chains of all banks, in order. */
  bankChains(): Promise<readonly string[]>
  /** Reads one history of any length, part by part and as of one moment. */
  readLong(chain: string, use: UseHistory): Promise<void>
  /** Chains of which no event is left: consents without a history, and heads without events. */
  readEmptied(after: string | null): Promise<Window<string>>
}

/** Heads that were noted at an earlier time, in the order of chains. */
export interface Anchors {
  next(): Promise<ChainHead | null>
}

export interface VerifyInput {
  readonly store: AuditStore
  readonly hash: PrefixedHash
  readonly anchors: Anchors
  readonly onFault: (fault: ChainFault) => void
  /** Gets the head of each chain that is whole, in the order of chains. */
  readonly onHead: (head: ChainHead) => Promise<void>
  readonly onProgress: (seen: VerifyResult, estimatedEvents: number | null) => void
  readonly isInterrupted: () => boolean
}

export interface VerifyResult {
  readonly chains: number
  readonly events: number
  readonly faults: number
  /** Consents to which nothing happened since there are chains: their histories begin one with their next event. */
  readonly unchained: number
  readonly interrupted: boolean
}

/**
 * Recomputes every chain of hashes and tells of each that is broken. A history is compared with its head as of one
 * moment, so that one that grows meanwhile is no fault.
 */
export async function verifyAudit(input: VerifyInput): Promise<VerifyResult> {
  const { store, hash, isInterrupted } = input
  const estimate = await store.estimateEvents()
  const seen = { chains: 0, events: 0, faults: 0, unchained: 0, interrupted: false }
  const anchors = createMerge(input.anchors, (missing) =>
    tell({
      chain: missing.chain,
      position: null,
      problem: 'the chain is gone, which was there at its anchor',
    }),
  )

  function tell(fault: ChainFault): void {
    seen.faults += 1
    input.onFault(fault)
  }

  async function conclude(head: ChainHead | null, check: ChainCheck): Promise<void> {
    const { faults, unchained } = check.end()
    seen.chains += head === null ? 0 : 1
    seen.unchained += head === null && unchained > 0 ? 1 : 0
    faults.forEach(tell)
    if (head !== null && faults.length === 0) await input.onHead(head)
  }

  async function verifyOne({ chain, head, events }: History): Promise<void> {
    if (events === null) return verifyLong(chain)
    const check = checkChain({ chain, head, anchor: await anchors.take(chain) }, hash)
    check.add(events)
    seen.events += events.length
    await conclude(head, check)
  }

  async function verifyLong(chain: string): Promise<void> {
    const anchor = await anchors.take(chain)
    await store.readLong(chain, async (head, parts) => {
      const check = checkChain({ chain, head, anchor }, hash)
      for await (const events of parts) {
        check.add(events)
        seen.events += events.length
        input.onProgress(seen, estimate)
      }
      await conclude(head, check)
    })
  }

  async function eachWindow<T>(
    read: (after: string | null) => Promise<Window<T>>,
    visit: (found: T) => Promise<void> | void,
  ): Promise<void> {
    let after: string | null = null
    do {
      const window: Window<T> = await read(after)
      for (const one of window.found) await visit(one)
      input.onProgress(seen, estimate)
      after = window.next
    } while (after !== null && !isInterrupted())
  }

  await eachWindow(store.readHistories, verifyOne)
  for (const chain of isInterrupted() ? [] : await store.bankChains()) await verifyLong(chain)
  if (!isInterrupted()) await anchors.end()
  if (!isInterrupted()) {
    await eachWindow(store.readEmptied, (chain) =>
      tell({ chain, position: null, problem: 'no event of it is left' }),
    )
  }
  return { ...seen, interrupted: isInterrupted() }
}

/** Goes through the anchors as the chains go by; both are in one order. */
function createMerge(anchors: Anchors, onMissing: (anchor: ChainHead) => void) {
  let ahead: ChainHead | null | undefined

  async function take(chain: string): Promise<ChainHead | null> {
    if (ahead === undefined) ahead = await anchors.next()
    while (ahead !== null && compareChains(ahead.chain, chain) < 0) {
      onMissing(ahead)
      ahead = await anchors.next()
    }
    if (ahead?.chain !== chain) return null
    const found = ahead
    ahead = await anchors.next()
    return found
  }

  async function end(): Promise<void> {
    if (ahead === undefined) ahead = await anchors.next()
    for (; ahead !== null; ahead = await anchors.next()) onMissing(ahead)
  }

  return { take, end }
}

/** The consents' chains by id, then those of banks. */
export function compareChains(a: string, b: string): number {
  const [x, y] = [rank(a) + a, rank(b) + b]
  return x < y ? -1 : Number(x > y)
}

function rank(chain: string): string {
  return chain.startsWith('bank:') ? '1' : '0'
}
