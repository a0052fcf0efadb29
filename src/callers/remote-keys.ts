import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../core/clock.ts'
import { TryLaterError } from '../core/errors.ts'
import type { Log } from '../core/ports.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { KeySource } from './key-source.ts'

export interface RemoteKeysOptions {
  readonly url: string
  readonly reloadEveryMs: number
  /** The least time between two fetches, also of those that fail. */
  readonly cooldownMs: number
  /** How long the keys are used after they were fetched last. */
  readonly maxAgeMs: number
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  readonly log: Log
}

export interface RemoteKeys extends KeySource {
  /** Fetches the keys again and again, until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>
}

const LONGEST_FETCH_MS = 5_000

/**
 * Keeps the keys of an identity provider (RFC 7517), which need not be there when the broker starts. jose fetches and
 * selects; when to fetch is decided here, for its own set forgets its keys when the provider is away for long, and asks
 * a provider that fails again for each token.
 */
export function createRemoteKeys(options: RemoteKeysOptions): RemoteKeys {
  const { cooldownMs, maxAgeMs, clock, log } = options
  const set = createRemoteJWKSet(new URL(options.url), {
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    timeoutDuration: Math.min(cooldownMs, LONGEST_FETCH_MS),
    [customFetch]: boundedFetch,
  })
  let generation = 0
  let shown = ''
  let fetchedAtMs = Number.NEGATIVE_INFINITY
  let triedAtMs = Number.NEGATIVE_INFINITY
  let isFailing = false
  let pending: Promise<void> | null = null

  const isUsable = () => clock.monotonicMs() - fetchedAtMs < maxAgeMs
  const cooldownLeftMs = () => cooldownMs - (clock.monotonicMs() - triedAtMs)

  async function load(): Promise<void> {
    const startedAtMs = clock.monotonicMs()
    triedAtMs = startedAtMs
    try {
      await set.reload()
      take(startedAtMs)
    } catch (err) {
      if (!isFailing) log.warn({ err }, UNREACHABLE)
      isFailing = true
    }
  }

  function take(startedAtMs: number): void {
    const keys = JSON.stringify(set.jwks())
    if (keys !== shown) generation += 1
    if (isFailing) log.info({}, 'the identity provider gives its keys again')
    else if (keys !== shown) log.info({ count: set.jwks()?.keys.length }, 'the keys of the identity provider')
    shown = keys
    fetchedAtMs = startedAtMs
    isFailing = false
  }

  function reload(): Promise<void> {
    pending ??= load().finally(() => {
      pending = null
    })
    return pending
  }

  /** Joins a fetch under way, or starts one where the last is long enough ago. */
  async function lookAgain(): Promise<void> {
    if (pending !== null || cooldownLeftMs() <= 0) await reload()
  }

  function unavailable(): TryLaterError {
    return new TryLaterError('identity_provider_unavailable', cooldownLeftMs() / 1000)
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    if (!isUsable()) await lookAgain()
    if (!isUsable()) throw unavailable()
    try {
      return await set(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    }
    await lookAgain()
    if (isFailing) throw unavailable()
    return set(header, token)
  }

  return {
    generation: () => (isUsable() ? generation : null),
    find,
    run: async (signal) => {
      while (!signal.aborted) {
        await reload()
        const pauseMs = isFailing ? Math.min(cooldownMs, options.reloadEveryMs) : options.reloadEveryMs
        await clock.sleep(pauseMs, signal)
      }
    },
  }
}

const UNREACHABLE =
  'the keys of the identity provider cannot be fetched: those known are used on, for CALLER_JWKS_MAX_AGE'
