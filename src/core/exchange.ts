import type { ExchangedPair, ExchangeTicket } from './authorization-store.ts'
import type { TokenOutcome } from './bank.ts'
import { receivePair } from './pair.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Renewals } from './renewals.ts'
import type { Secret } from './secret.ts'
import type { Settler } from './settler.ts'
import type { Slots } from './slots.ts'
import { type BankTokens, backoffMs } from './tokens.ts'

export interface ExchangeInput {
  readonly ticket: ExchangeTicket
  readonly code: Secret
  readonly codeVerifier: Secret
}

export interface Exchanger {
  /** Exchanges a code; resolves when what came of it is stored. Goes on without the browser. */
  exchange(input: ExchangeInput): Promise<void>
  idle(): Promise<void>
}

/** A code that never left may be tried again while it lives: 60 s, less a margin (ABNAMRO.md section 3). */
const CODE_USABLE_MS = 45_000

interface ExchangerParts {
  readonly slots: Slots
  readonly settler: Pick<Settler, 'persist'>
  readonly renewals: Renewals
}

/** Exchanges codes for tokens (RFC 6749 section 4.1.3): a code is sent once, its answer saved first and judged after. */
export function createExchanger(ports: Ports, settings: CoreSettings, parts: ExchangerParts): Exchanger {
  const { authorizations, bank, clock, log } = ports
  const { slots, renewals } = parts
  const running = new Set<Promise<void>>()

  async function exchangeOnce(input: ExchangeInput): Promise<void> {
    const startedAt = clock.now()
    const outcome = await callBank(input)
    log.info({ ...ids(input.ticket), outcome: outcome.kind }, 'code exchange')
    await persist(input.ticket, () => record(input.ticket, outcome, startedAt))
  }

  function persist(ticket: ExchangeTicket, write: () => Promise<void>): Promise<void> {
    return parts.settler.persist(ticket.consentId, write)
  }

  async function callBank({ code, codeVerifier }: ExchangeInput): Promise<TokenOutcome> {
    const deadlineMs = clock.monotonicMs() + CODE_USABLE_MS
    for (let failures = 0; ; failures += 1) {
      const release = await slots.acquire()
      const outcome = await bank.exchangeCode(code, codeVerifier).finally(release)
      const again = outcome.kind === 'not_processed' && !outcome.left && clock.monotonicMs() < deadlineMs
      if (!again) return outcome
      await clock.sleep(backoffMs(Math.min(failures, 3), clock.chance()))
    }
  }

  async function record(ticket: ExchangeTicket, outcome: TokenOutcome, startedAt: Date): Promise<void> {
    switch (outcome.kind) {
      case 'granted':
        return save(ticket, outcome.tokens, startedAt)
      case 'refused':
        return authorizations.fail(ticket, 'exchange_refused', clock.now())
      case 'uncertain':
        return authorizations.fail(ticket, 'exchange_lost', clock.now())
      case 'not_processed':
      case 'our_fault':
        return authorizations.reopen(ticket, outcome.reason, clock.now())
    }
  }

  async function save(ticket: ExchangeTicket, tokens: BankTokens, startedAt: Date): Promise<void> {
    const exchanged = await exchangedPair(ticket, tokens, startedAt)
    const saved =
      ticket.kind === 'first'
        ? await authorizations.saveFirst(exchanged)
        : await authorizations.stage(exchanged)
    if (saved === 'gone') {
      if (tokens.refreshToken !== null) await bank.revoke(tokens.refreshToken)
      return
    }
    if (ticket.kind === 'renewal')
      await renewals.check({ ...ticket, ...exchanged.pair, authorizedAt: startedAt })
    else renewals.learnAccount(ticket, tokens.accessToken)
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
    const checkAfter = new Date(clock.now().getTime() + CODE_USABLE_MS)
    return { exchange, pair: sealed, authorizedAt: startedAt, consentExpiresAt, checkAfter }
  }

  function exchange(input: ExchangeInput): Promise<void> {
    const run = exchangeOnce(input)
      .catch((err: unknown) => log.error({ ...ids(input.ticket), err }, 'code exchange failed unexpectedly'))
      .finally(() => running.delete(run))
    running.add(run)
    return run
  }

  return {
    exchange,
    idle: async () => {
      await Promise.allSettled(running)
      await renewals.idle()
    },
  }
}

function ids({ consentId, authorizationId, kind, chain }: ExchangeTicket) {
  return { consentId, authorizationId, kind, chain }
}
