import type { ConsentRecord } from './consent-store.ts'
import { NotFoundError } from './errors.ts'
import { isOpened, type OpenedTokens, type Readable } from './hand-out.ts'
import type { FreshPair } from './pair.ts'
import type { Ports } from './ports.ts'
import type { Rotator } from './rotator.ts'
import type { Secret } from './secret.ts'
import { succeeds, type TokenCache } from './token-cache.ts'
import type { PairId } from './tokens.ts'
import type { Usage } from './usage.ts'
import { pairVersion, type Sealed, VaultError } from './vault.ts'
import { withinMs } from './within.ts'

export interface TokenReader {
  cached(consentId: string): OpenedTokens | null
  /** Reads the row, or in its stead what is known of it; raises `consent_not_found` or `storage_unavailable`. */
  read(consentId: string): Promise<Readable>
  /** Reads the row and nothing else. */
  readRow(consentId: string): Promise<Readable>
  open(record: ConsentRecord): Promise<Readable>
  /** Puts a pair just received in the place of the record's, and of what is cached. */
  adopt(record: ConsentRecord, pair: FreshPair): OpenedTokens
  /** Puts a pair just received in the place of what is cached. */
  noteRotated(pair: FreshPair): void
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
  const { consents, vault, clock, log } = ports

  async function read(consentId: string): Promise<Readable> {
    const epoch = cache.epoch()
    const row = consents.find(consentId)
    const known = cache.lastKnown(consentId)
    if (known === null) return openFound(consentId, await row, epoch)
    return (await orStale(row, known)) ?? openFound(consentId, await row, epoch)
  }

  async function readRow(consentId: string): Promise<Readable> {
    const epoch = cache.epoch()
    return openFound(consentId, await consents.find(consentId), epoch)
  }

  /** The last known live token where the row can't be read in time; null where it can. */
  async function orStale(row: Promise<unknown>, known: OpenedTokens): Promise<Readable | null> {
    const readable = row.then(
      () => true,
      () => false,
    )
    if ((await withinMs(clock, readable, ROW_READ_MS)) === true) return null
    const unsaved = unsavedSince(known.record)
    const newest = unsaved === null ? known : withPair(known.record, unsaved)
    return newest.tokens.accessExpiresAt > clock.now() ? { ...newest, stale: true } : null
  }

  async function openFound(id: string, record: ConsentRecord | null, epoch: number): Promise<Readable> {
    const readable = record === null ? null : await open(record)
    if (readable !== null && isOpened(readable)) cache.put(readable, epoch)
    else cache.forget(id)
    if (readable === null) throw new NotFoundError()
    return readable
  }

  /** A pair newer than the record's that the database has not taken yet. */
  function unsavedSince({ consent, tokens }: ConsentRecord): FreshPair | null {
    const unsaved = rotator.unsaved(consent.id)
    return unsaved !== null && tokens !== null && succeeds(unsaved, tokens) ? unsaved : null
  }

  async function open(record: ConsentRecord): Promise<Readable> {
    const { tokens } = record
    const unsaved = unsavedSince(record)
    if (unsaved !== null) return withPair(record, unsaved)
    if (tokens === null || tokens.accessToken === null) return { record }
    const accessToken = await openOrNull(tokens, tokens.accessToken)
    return accessToken === null
      ? { record }
      : { record, tokens, accessToken, fingerprint: vault.fingerprint(accessToken) }
  }

  /** Tampered with, or sealed by a key that is gone: as good as none, and a rotation brings another. */
  async function openOrNull(pair: PairId, sealed: Sealed): Promise<Secret | null> {
    const { consentId } = pair
    try {
      return await vault.open(sealed, { consentId, field: 'access_token', version: pairVersion(pair) })
    } catch (err) {
      if (!(err instanceof VaultError)) throw err
      log.error({ consentId, err }, 'access token cannot be opened')
      return null
    }
  }

  function adopt(record: ConsentRecord, pair: FreshPair): OpenedTokens {
    noteRotated(pair)
    return withPair(record, pair)
  }

  /** What a change took out of the cache stays out: only an entry that is still there gets the pair. */
  function noteRotated(pair: FreshPair): void {
    const known = cache.lastKnown(pair.consentId)
    if (known !== null && succeeds(pair, known.tokens)) {
      cache.put(withPair(known.record, pair), cache.epoch())
    }
  }

  function withPair(record: ConsentRecord, pair: FreshPair): OpenedTokens {
    if (record.tokens === null) throw new NotFoundError()
    const { accessToken, ...times } = pair
    const tokens = { ...record.tokens, ...times, ...SETTLED }
    return {
      record: { ...record, tokens },
      tokens,
      accessToken,
      fingerprint: vault.fingerprint(accessToken),
    }
  }

  /** A pair that is not saved yet may be handed out, but not as if all were well. */
  function cached(consentId: string): OpenedTokens | null {
    return rotator.unsaved(consentId) === null ? cache.get(consentId) : null
  }

  return { cached, read, readRow, open, adopt, noteRotated, asked: usage.asked }
}

/** The state of a rotation that has gone well. */
const SETTLED = { presentations: 0, attemptId: null, leaseUntil: null, retryAt: null, consecutiveFailures: 0 }
