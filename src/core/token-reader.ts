import type { ConsentRecord } from './consent-store.ts'
import { NotFoundError } from './errors.ts'
import type { Readable } from './get-token.ts'
import type { OpenedTokens } from './hand-out.ts'
import type { FreshPair } from './pair.ts'
import type { Ports } from './ports.ts'
import type { Rotator } from './rotator.ts'
import type { TokenCache } from './token-cache.ts'
import type { Usage } from './usage.ts'
import { pairVersion } from './vault.ts'
import { withinMs } from './within.ts'

export interface TokenReader {
  cached(consentId: string): OpenedTokens | null
  /** Reads the row and opens its access token; raises `consent_not_found` or `storage_unavailable`. */
  read(consentId: string): Promise<Readable>
  open(record: ConsentRecord): Promise<Readable>
  /** Puts a pair just received in the place of the record's. */
  adopt(record: ConsentRecord, pair: FreshPair): OpenedTokens
  asked(consentId: string): void
}

interface ReaderParts {
  readonly cache: TokenCache
  readonly usage: Usage
  readonly rotator: Pick<Rotator, 'unsaved'>
}

/** How long a row may take before a cached live token is handed out instead. */
const ROW_READ_MS = 500

/** Reads access tokens: cache, row, or a pair the database has not taken yet. */
export function createTokenReader(ports: Ports, { cache, usage, rotator }: ReaderParts): TokenReader {
  const { consents, vault, clock } = ports

  async function read(consentId: string): Promise<Readable> {
    const epoch = cache.epoch()
    const row = consents.find(consentId)
    const known = cache.lastKnown(consentId)
    if (known === null) return openFound(await row, epoch)
    return (await orStale(row, known)) ?? openFound(await row, epoch)
  }

  /** The last known live token where the row can't be read in time; null where it can. */
  async function orStale(row: Promise<unknown>, known: OpenedTokens): Promise<Readable | null> {
    const readable = row.then(
      () => true,
      () => false,
    )
    if ((await withinMs(clock, readable, ROW_READ_MS)) === true) return null
    return known.tokens.accessExpiresAt > clock.now() ? { ...known, stale: true } : null
  }

  async function openFound(record: ConsentRecord | null, epoch: number): Promise<Readable> {
    if (record === null) throw new NotFoundError()
    const opened = await open(record)
    if ('accessToken' in opened) cache.put(opened, epoch)
    return opened
  }

  async function open(record: ConsentRecord): Promise<Readable> {
    const { consent, tokens } = record
    const unsaved = rotator.unsaved(consent.id)
    if (tokens !== null && unsaved !== null && unsaved.chain === tokens.chain) return adopt(record, unsaved)
    if (tokens === null || tokens.accessToken === null) return { record }
    const binding = { consentId: consent.id, field: 'access_token', version: pairVersion(tokens) } as const
    const accessToken = await vault.open(tokens.accessToken, binding)
    return { record, tokens, accessToken, fingerprint: vault.fingerprint(accessToken) }
  }

  function adopt(record: ConsentRecord, pair: FreshPair): OpenedTokens {
    if (record.tokens === null) throw new NotFoundError()
    const { accessToken, ...times } = pair
    const tokens = { ...record.tokens, ...times, presentations: 0, attemptId: null, consecutiveFailures: 0 }
    return {
      record: { ...record, tokens },
      tokens,
      accessToken,
      fingerprint: vault.fingerprint(accessToken),
    }
  }

  return { cached: cache.get, read, open, adopt, asked: usage.asked }
}
