/** An event as it is stored, its hashes in hexadecimal. */
export interface StoredEvent {
  readonly id: string
  /** Null, like its hash, where it was written before there were chains. */
  readonly position: number | null
  readonly hash: string | null
  readonly type: string
  readonly actor: string
  /** In UTC, with microseconds. */
  readonly occurredAt: string
  /** As the database writes it: one text for one value. */
  readonly detail: string
  readonly personal: string | null
  readonly personalSalt: string | null
  readonly personalHash: string | null
}

/** Where a chain ends. */
export interface ChainHead {
  /** The consent's id, or `bank:` and the bank's name. */
  readonly chain: string
  readonly length: number
  readonly hash: string
}

/** Something that nobody but a forger, or a mishap, can have done to a chain. */
export interface ChainFault {
  readonly chain: string
  /** Null where it is the chain as a whole. */
  readonly position: number | null
  readonly problem: string
}

/** SHA-256 of the bytes that `prefixHex` stands for, and of a text in UTF-8 behind them; in hexadecimal. */
export type PrefixedHash = (prefixHex: string, text: string) => string

export interface ChainToCheck {
  readonly chain: string
  /** Null where nothing is chained yet, or the head was removed. */
  readonly head: ChainHead | null
  /** Where it ended when it was last looked at; null where nobody noted it. */
  readonly anchor: ChainHead | null
}

export interface ChainCheck {
  /** Takes the next events in order of position, those without one first. */
  add(events: readonly StoredEvent[]): void
  /** Tells what was wrong, when all have been added. */
  end(): { readonly faults: readonly ChainFault[]; readonly unchained: number }
}

/** Checks one chain event by event, by the same rule as migration 0008 and without trusting what it computed. */
export function checkChain({ chain, head, anchor }: ChainToCheck, hash: PrefixedHash): ChainCheck {
  const faults: ChainFault[] = []
  let unchained = 0
  let position = 0
  /** Null behind a gap: what the next one follows from is not known. */
  let previous: string | null = ''

  const report = (at: number | null, problem: string) => void faults.push({ chain, position: at, problem })

  function addOne(event: StoredEvent): void {
    checkPersonal(event)
    if (event.position === null || event.hash === null) {
      unchained += 1
      if (head !== null) report(event.position, `event ${event.id} was added past the chain`)
    } else if (event.position <= position) {
      report(event.position, `event ${event.id} was forged: its place is taken`)
    } else {
      follow(event, event.position, event.hash)
    }
  }

  function follow(event: StoredEvent, at: number, stored: string): void {
    if (at > position + 1) {
      report(position + 1, removed(position + 1, at - 1))
      previous = null
    }
    if (previous !== null && hash(previous, chainedText(chain, event, at)) !== stored) {
      report(at, `event ${event.id} was changed, or is not the one that was written there`)
    }
    if (at === anchor?.length && stored !== anchor.hash)
      report(at, 'the chain was rewritten since its anchor')
    position = at
    previous = stored
  }

  function checkPersonal({ id, position: at, personal, personalSalt, personalHash }: StoredEvent): void {
    // Erased, or there was none.
    if (personal === null && personalSalt === null) return
    if (personal !== null && personalSalt !== null && hash(personalSalt, personal) === personalHash) return
    report(at, `the personal data of event ${id} were changed`)
  }

  function checkEnd(): void {
    if (head === null) {
      if (position > 0) report(null, 'the head of the chain is missing')
    } else if (head.length > position) {
      report(position + 1, removed(position + 1, head.length))
    } else if (head.length < position || head.hash !== previous) {
      report(position, 'the chain does not end as its head says: events were forged, or the head was changed')
    }
    if (anchor !== null && position < anchor.length) {
      report(null, `the chain is shorter than its anchor, which was at ${anchor.length}`)
    }
  }

  return {
    add: (events) => events.forEach(addOne),
    end: () => {
      checkEnd()
      return { faults, unchained }
    },
  }
}

/** What the hash of an event is of, beside the one before it: JSON of texts, which can be read in one way only. */
function chainedText(chain: string, event: StoredEvent, position: number): string {
  const { id, type, actor, occurredAt, detail, personalHash } = event
  return JSON.stringify([chain, String(position), id, type, actor, occurredAt, detail, personalHash ?? ''])
}

function removed(from: number, to: number): string {
  return from === to ? 'an event was removed' : `${to - from + 1} events were removed, up to position ${to}`
}
