import type { Answers } from './answers.ts'
import type { ExchangedPair, ExchangeTicket } from './authorization-store.ts'
import type { TokenOutcome } from './bank.ts'
import { unreadableExchangeBinding } from './bindings.ts'
import { receivePair } from './pair.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Renewals } from './renewals.ts'
import type { Secret } from './secret.ts'
import type { Settler } from './settler.ts'
import type { Release, Slots } from './slots.ts'
import { type BankTokens, backoffMs } from './tokens.ts'
import { withinMs } from './within.ts'

type Uncertain = Extract<TokenOutcome, { kind: 'uncertain' }>

export interface ExchangeInput {
  readonly consentId: string
  /** Spends `state`; null where another callback did. Called again, it finds what it did before. */
  readonly accept: () => Promise<ExchangeTicket | null>
  readonly code: Secret
  readonly codeVerifier: Secret
}

export interface Exchanger {
  /**
   * Accepts a callback and exchanges its code; resolves when what came of it is stored, and goes on without the
   * browser. Raises TryLaterError where it could not be accepted at once; it goes on trying while the code lives.
   */
  exchange(input: ExchangeInput): Promise<void>
  idle(): Promise<void>
}

/** A code, and by when it must have left. */
interface LivingCode extends ExchangeInput {
  readonly deadlineMs: number
}

/** Of a code's life: one that never left may be tried again so long, and still reach the bank in time. */
const USABLE_SHARE = 0.75

interface ExchangerParts {
  readonly slots: Slots
  readonly settler: Pick<Settler, 'persist' | 'dropOrKeep'>
  readonly answers: Pick<Answers, 'save' | 'setAside'>
  readonly renewals: Renewals
}

/** Exchanges codes for tokens (RFC 6749 section 4.1.3): a code is sent once, its answer saved first and judged after. */
export function createExchanger(ports: Ports, settings: CoreSettings, parts: ExchangerParts): Exchanger {
  const { authorizations, bank, clock, log } = ports
  const { slots, renewals } = parts
  const codeUsableMs = bank.codeTtlMs * USABLE_SHARE
  const running = new Set<Promise<void>>()

  async function exchangeOnce(ticket: ExchangeTicket, input: LivingCode): Promise<void> {
    const startedAt = clock.now()
    const outcome = await callBank(input)
    logOutcome(ports, ticket, outcome)
    await record(ticket, outcome, startedAt)
  }

  /** `state` may be spent by a commit that nobody acknowledged: the code must not be dropped for that. */
  async function acceptLater(input: LivingCode): Promise<void> {
    for (let failures = 0; clock.monotonicMs() < input.deadlineMs; failures += 1) {
      await clock.sleep(backoffMs(Math.min(failures, 3), clock.chance()))
      const ticket = await input.accept().catch(() => undefined)
      if (ticket === undefined) continue
      return ticket === null ? undefined : exchangeOnce(ticket, input)
    }
  }

  function persist<T>(ticket: ExchangeTicket, write: () => Promise<T>): Promise<T> {
    return parts.settler.persist(ticket.consentId, write)
  }

  async function callBank({ code, codeVerifier, deadlineMs }: LivingCode): Promise<TokenOutcome> {
    for (let failures = 0; ; failures += 1) {
      const release = await acquireWithin(deadlineMs - clock.monotonicMs())
      if (release === null) return { kind: 'not_processed', reason: 'no_free_slot', left: false }
      const outcome = await bank.exchangeCode(code, codeVerifier).finally(release)
      const again = outcome.kind === 'not_processed' && !outcome.left && clock.monotonicMs() < deadlineMs
      if (!again) return outcome
      await clock.sleep(backoffMs(Math.min(failures, 3), clock.chance()))
    }
  }

  /** A code that waited too long would be refused, and its consent with it: better to start again. */
  async function acquireWithin(limitMs: number): Promise<Release | null> {
    const slot = slots.acquire().catch(() => null)
    const release = await withinMs(clock, slot, Math.max(0, limitMs))
    if (release === undefined) void slot.then((late) => late?.())
    return release ?? null
  }

  async function record(ticket: ExchangeTicket, outcome: TokenOutcome, startedAt: Date): Promise<void> {
    switch (outcome.kind) {
      case 'granted':
        return save(ticket, outcome.tokens, startedAt)
      case 'refused':
        return fail(ticket, 'exchange_refused', outcome.reason)
      case 'uncertain':
        await keepUnreadable(ticket, outcome)
        return fail(ticket, 'exchange_lost', outcome.reason)
      case 'not_processed':
      case 'our_fault':
        return persist(ticket, () => authorizations.reopen(ticket, outcome.reason, clock.now()))
    }
  }

  /** The code is spent for it: the tokens may stand in what came. */
  async function keepUnreadable(exchange: ExchangeTicket, outcome: Uncertain): Promise<void> {
    const { reason, unreadableAnswer: raw } = outcome
    if (raw === undefined) return
    const { consentId, authorizationId } = exchange
    const unreadableAnswer = await ports.vault.seal(
      raw,
      unreadableExchangeBinding(consentId, authorizationId),
    )
    const answer = { kind: 'unreadable_exchange', exchange, reason, unreadableAnswer } as const
    await parts.answers.setAside(answer, 'exchange_unreadable')
  }

  function fail(
    ticket: ExchangeTicket,
    reason: 'exchange_lost' | 'exchange_refused',
    error: string,
  ): Promise<void> {
    return persist(ticket, () => authorizations.fail(ticket, { reason, error, now: clock.now() }))
  }

  async function save(ticket: ExchangeTicket, tokens: BankTokens, startedAt: Date): Promise<void> {
    const exchanged = await persist(ticket, () => exchangedPair(ticket, tokens, startedAt))
    const isFirst = ticket.kind === 'first'
    const answer = { kind: 'exchange', exchanged } as const
    const saved = await parts.answers.save(answer, () =>
      isFirst ? authorizations.saveFirst(exchanged) : authorizations.stage(exchanged),
    )
    if (saved === null) return
    if (saved === 'gone') {
      return parts.settler.dropOrKeep(answer, { ...ticket, version: 1 }, tokens.refreshToken)
    }
    if (isFirst) renewals.learnAccount(ticket, tokens.accessToken)
    else await renewals.check({ ...ticket, ...exchanged.pair, consentExpiresAt: exchanged.consentExpiresAt })
  }

  async function exchangedPair(
    exchange: ExchangeTicket,
    tokens: BankTokens,
    startedAt: Date,
  ): Promise<ExchangedPair> {
    const consentExpiresAt = new Date(startedAt.getTime() + bank.consentValidityMs)
    const { sealed } = await receivePair(ports, {
      id: { consentId: exchange.consentId, chain: exchange.chain, version: 1 },
      tokens,
      formerRefreshToken: null,
      formerScope: null,
      obtainedAt: startedAt,
      consentExpiresAt,
      lastAskedAt: startedAt,
      times: settings.refreshTimes,
    })
    const checkAfter = new Date(clock.now().getTime() + codeUsableMs)
    return { exchange, pair: sealed, authorizedAt: startedAt, consentExpiresAt, checkAfter }
  }

  async function exchange(input: ExchangeInput): Promise<void> {
    const living = { ...input, deadlineMs: clock.monotonicMs() + codeUsableMs }
    try {
      const ticket = await input.accept()
      if (ticket !== null) await track(input.consentId, exchangeOnce(ticket, living))
    } catch (error) {
      void track(input.consentId, acceptLater(living))
      throw error
    }
  }

  /** Never raises: what became of it stands in the log and in the store. */
  function track(consentId: string, work: Promise<void>): Promise<void> {
    const run = work
      .catch((err: unknown) => log.error({ consentId, err }, 'code exchange failed unexpectedly'))
      .finally(() => running.delete(run))
    running.add(run)
    return run
  }

  return {
    exchange,
    idle: async () => {
      await Promise.allSettled(running)
    },
  }
}

function ids({ consentId, authorizationId, kind, chain }: ExchangeTicket) {
  return { consentId, authorizationId, kind, chain }
}

// As with rotations: whoever reads warnings alone learns that the bank refuses us.
function logOutcome({ log }: Ports, ticket: ExchangeTicket, outcome: TokenOutcome): void {
  const reason = outcome.kind === 'granted' ? undefined : outcome.reason
  const fields = { ...ids(ticket), outcome: outcome.kind, reason }
  if (outcome.kind === 'granted' || outcome.kind === 'not_processed') log.info(fields, 'code exchange')
  else log.warn(fields, 'code exchange')
}
