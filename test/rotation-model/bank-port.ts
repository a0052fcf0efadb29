import type { Bank, TokenOutcome } from '../../src/core/bank.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Process } from './process.ts'
import { ACCESS_TTL_MS, CONSENT_VALIDITY_MS, SETTINGS } from './settings.ts'
import type { End, GivenPair, Presentation, StrictBank } from './strict-bank.ts'
import type { VirtualTime } from './virtual-time.ts'

export const BANK = 'model-bank'
/** Whose account every authorization is for. */
export const ACCOUNT = 'NL02ABNA0123456789'

/** A call that is under way: what becomes of it is the model's to say. */
export interface Call {
  readonly by: Process
  readonly what: string
  /** The consent it is for. */
  readonly of: string
  /** Null for the exchange of a code. */
  readonly presentation: Presentation | null
  /** The bank deals with it; its answer is still to come. */
  process(): void
  isProcessed(): boolean
  end(how: Exclude<End, 'in_flight'>, outcome: TokenOutcome | 'truth'): void
}

export interface BankPortOptions {
  readonly bank: StrictBank
  readonly time: VirtualTime
  readonly calls: Call[]
  readonly process: Process
  /** A made-up refresh token is taken for what it is, by a bank that is well. */
  readonly probes: boolean
  readonly onPresentation: (presentation: Presentation) => void
  readonly onExchanged: (pair: GivenPair, code: string) => void
}

/** The bank as one broker process sees it: each call waits until the model ends it, or is given up in time. */
export function createBankPort(options: BankPortOptions): Bank {
  const { bank, time, process } = options
  const clock = time.clockOf(ALWAYS)

  function call(begun: Omit<Call, 'end' | 'by'>, truth: () => TokenOutcome, onEnd: (end: End) => void) {
    // What a dead process would still have sent has not left it.
    if (!process.alive) return new Promise<TokenOutcome>(() => {})
    return new Promise<TokenOutcome>((resolve) => {
      let ended = false
      const end: Call['end'] = (how, outcome) => {
        if (ended) return
        ended = true
        options.calls.splice(options.calls.indexOf(open), 1)
        onEnd(how)
        if (process.alive) resolve(outcome === 'truth' ? truth() : outcome)
      }
      const open = { ...begun, by: process, end }
      options.calls.push(open)
      void clock
        .sleep(SETTINGS.abandonAfterMs)
        .then(() => end(process.alive ? 'lost' : 'unheard', { kind: 'uncertain', reason: 'abandoned' }))
    })
  }

  function refresh(refreshToken: Secret): Promise<TokenOutcome> {
    const token = refreshToken.reveal()
    const grant = bank.grantOf(token)
    const sentAtMs = time.nowMs()
    const presentation: Presentation = {
      token,
      grant,
      by: process,
      sentAtMs,
      answer: null,
      end: 'in_flight',
      endedAs: 0,
    }
    if (process.alive) options.onPresentation(presentation)
    const begun = {
      what: `${process.name} presents ${token}`,
      of: grant.consentId,
      presentation,
      process: () => void bank.process(presentation, time.nowMs()),
      isProcessed: () => presentation.answer !== null,
    }
    const truth = () => toOutcome(bank.process(presentation, time.nowMs()), process)
    return call(begun, truth, (end) => {
      presentation.end = end
      presentation.endedAs = bank.ends += 1
      if (end === 'answered') bank.wellAs = bank.ends
    })
  }

  function exchangeCode(code: Secret): Promise<TokenOutcome> {
    const [consentId = ''] = code.reveal().split('#')
    let given: GivenPair | null = null
    const exchange = () => {
      given ??= bank.begin(consentId, time.nowMs())
      return given
    }
    const begun = {
      what: `${process.name} exchanges a code`,
      of: consentId,
      presentation: null,
      process: () => void exchange(),
      isProcessed: () => given !== null,
    }
    return call(
      begun,
      () => toOutcome(exchange(), process),
      (end) => {
        if (end === 'answered' && process.alive && given !== null) options.onExchanged(given, code.reveal())
      },
    )
  }

  return {
    ...UNASKED,
    exchangeCode,
    refresh,
    boundTo: () => process.certificate,
    authorizationUrl: ({ state }) => state.reveal(),
    probe: options.probes ? async () => ({ kind: 'refused', reason: 'invalid_grant' }) : null,
    revoke: async (refreshToken) => {
      bank.grantOf(refreshToken.reveal()).alive = false
      return 'revoked'
    },
  }
}

const ALWAYS = { alive: true, frozen: false }

/** What rotation does not ask for, or what says the same each time. */
const UNASKED = {
  id: BANK,
  consentValidityMs: CONSENT_VALIDITY_MS,
  codeTtlMs: 60_000,
  renewalAdvisedBeforeMs: 0,
  defaultExpiresInSeconds: ACCESS_TTL_MS / 1000,
  refreshReplay: 'prompt',
  brands: [],
  scopeProblem: () => null,
  clientScopeProblem: () => null,
  readRefusal: () => 'bank_trouble',
  createPkce: async () => ({ verifier: new Secret('verifier'), challenge: 'challenge' }),
  clientToken: async () => ({ kind: 'uncertain', reason: 'never asked for' }),
  consentInfo: async () => ({ kind: 'known', iban: ACCOUNT, scopes: null, transactionId: null }),
} satisfies Partial<Bank>

function toOutcome(answer: GivenPair | 'invalid_grant', { certificate }: Process): TokenOutcome {
  if (answer === 'invalid_grant') return { kind: 'refused', reason: 'invalid_grant' }
  return {
    kind: 'granted',
    tokens: {
      accessToken: new Secret(answer.accessToken),
      refreshToken: new Secret(answer.refreshToken),
      expiresInSeconds: ACCESS_TTL_MS / 1000,
      tokenType: 'Bearer',
      scope: null,
      ...(certificate === null ? {} : { certificate }),
    },
  }
}
