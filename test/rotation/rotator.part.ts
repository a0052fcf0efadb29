import { systemClock } from '../../src/clock.ts'
import { createAnswers } from '../../src/core/answers.ts'
import type { TokenOutcome } from '../../src/core/bank.ts'
import type { ConsentStatus } from '../../src/core/consent.ts'
import { createGate } from '../../src/core/gate.ts'
import type { CoreSettings, Ports } from '../../src/core/ports.ts'
import { createPresenter } from '../../src/core/presenter.ts'
import { createRate } from '../../src/core/rate.ts'
import { createRotator } from '../../src/core/rotator.ts'
import { Secret } from '../../src/core/secret.ts'
import { createSettler } from '../../src/core/settler.ts'
import { createSlots } from '../../src/core/slots.ts'
import type { Claim, SettleResult } from '../../src/core/token-store.ts'
import { NO_TRACING } from '../../src/core/tracing.ts'
import { t } from '../support/parts.ts'

const PAIR = { consentId: 'c', chain: 1, version: 1 }
const TTL_MS = 7_200_000
const ROTATED: TokenOutcome = {
  kind: 'granted',
  tokens: {
    accessToken: new Secret('new access'),
    refreshToken: new Secret('new refresh'),
    expiresInSeconds: 7_200,
    tokenType: 'Bearer',
    scope: null,
  },
}

interface Change {
  claim?: Partial<Claim>
  settled?: (SettleResult | Error)[]
  token?: string
  /** What has become of the consent meanwhile. */
  status?: ConsentStatus
}

/** A rotator over ports that note what was asked of them. */
function setUp(change: Change = {}) {
  const calls: string[] = []
  const results = [...(change.settled ?? [])]
  const noted = <T>(call: string, value: T): T => {
    calls.push(call)
    return value
  }
  const claim = {
    ...PAIR,
    attemptStartedAt: new Date(),
    dueAt: null,
    accessExpiresAt: new Date(Date.now() + 60_000),
    leaseEndsMonotonicMs: performance.now() + 10_000,
    consecutiveFailures: 0,
    consentExpiresAt: null,
    settle: async () => {
      const result = results.shift() ?? 'settled'
      calls.push(`settle ${result instanceof Error ? 'fails' : result}`)
      if (result instanceof Error) throw result
      return result
    },
    end: async (reason: string) => noted(`end ${reason}`, 'recorded'),
    giveBack: async ({ reason, counts }: { reason: string; counts: boolean }) =>
      void calls.push(`give back ${reason} ${counts}`),
    ...change.claim,
  } as unknown as Claim
  const ports = {
    tokens: { claim: async () => noted('claim', claim) },
    consents: {
      find: async () => ({
        consent: { status: change.status ?? 'active', erasedAt: null },
        tokens: { ...PAIR, version: 3 },
      }),
    },
    bank: {
      id: 'bank',
      defaultExpiresInSeconds: 7_200,
      refresh: async () => noted('present', ROTATED),
      revoke: async () => void calls.push('revoke at the bank'),
    },
    vault: {
      open: async () => new Secret(change.token ?? 'old refresh'),
      seal: async () => 'sealed',
      fingerprint: () => 'digest',
    },
    clock: { ...systemClock, chance: () => 0 },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    meter: { rotation: () => {}, rotatedLate: () => {}, answers: () => {} },
    tracer: NO_TRACING,
    spool: null,
  } as unknown as Ports
  const settings = {
    abandonAfterMs: 5_000,
    leaseMarginMs: 5_000,
    salvageWaitMs: 5_000,
    refreshTimes: { marginMs: 300_000, idleAfterMs: TTL_MS, keepaliveMs: TTL_MS },
  } as CoreSettings
  const slots = createSlots({ maxConcurrency: 4, rate: createRate(0, systemClock) })
  const settler = createSettler(ports, settings, {
    learnAccount: () => {},
    answers: createAnswers(ports, settings),
  })
  const gate = createGate(ports, { bankTimeoutMs: 1_000 }, slots)
  const presenter = createPresenter(ports, settings, { slots, settler, gate, onRotated: () => {} })
  const rotator = createRotator(ports, settings, { slots, settler, presenter })
  return { rotator, calls, demand: () => rotator.demand({ pair: PAIR, rejectionEveryMs: null }) }
}

t.test('who wants the same pair shares the claim and the call', async (t) => {
  const { calls, demand, rotator } = setUp()
  const [one, other] = await Promise.all([demand(), demand()])
  t.equal(one, other)
  t.same(calls, ['claim', 'present', 'settle settled'])
  const next = { ...PAIR, version: 2 }
  await Promise.all([demand(), rotator.demand({ pair: next, rejectionEveryMs: null })])
  t.equal(calls.filter((call) => call === 'claim').length, 3, 'another pair has a flight of its own')
})

t.test('a lease that no longer covers the exchange: given back, not presented', async (t) => {
  const { calls, demand } = setUp({ claim: { leaseEndsMonotonicMs: performance.now() + 4_900 } })
  t.match(await demand(), { kind: 'postponed' })
  t.same(calls, ['claim', 'give back lease_too_short false'])
})

t.test('a chain without a refresh token lives to the end of its access token', async (t) => {
  const live = setUp({ token: '' })
  await live.demand()
  t.same(live.calls, ['claim', 'give back no_refresh_token false'])
  const dead = setUp({ token: '', claim: { accessExpiresAt: new Date(0) } })
  t.match(await dead.demand(), { kind: 'not_claimed' }, 'no answer of the bank: no canary is well by it')
  t.same(dead.calls, ['claim', 'end no_refresh_token'])
})

t.test('a save that fails is tried again; meanwhile the pair is there', async (t) => {
  const { calls, demand, rotator } = setUp({ settled: [new Error('down'), new Error('down'), 'settled'] })
  const rotation = demand()
  await t.resolveMatch(rotation, { kind: 'rotated', pair: { version: 2 } })
  await rotator.idle()
  t.same(calls, ['claim', 'present', 'settle fails', 'settle fails', 'settle settled'])
  t.equal(rotator.unsaved('c'), null)
})

t.test('a save that hangs does not keep callers waiting', async (t) => {
  const saving = Promise.withResolvers<SettleResult>()
  const { calls, demand, rotator } = setUp({ claim: { settle: () => saving.promise } })
  t.match(await demand(), { kind: 'rotated', pair: { version: 2 } })
  t.match(rotator.unsaved('c'), { version: 2, accessToken: new Secret('new access') })
  t.match(await demand(), { kind: 'postponed' }, 'its token is not presented again meanwhile')
  t.same(calls, ['claim', 'present', 'claim', 'give back answer_unsaved false'])
  saving.resolve('settled')
  await rotator.idle()
  t.equal(rotator.unsaved('c'), null)
})

t.test(
  'an overtaken answer leaves the row to speak; of a revoked consent it is revoked at the bank',
  async (t) => {
    const overtaken = setUp({ settled: ['superseded'] })
    t.match(await overtaken.demand(), { kind: 'not_claimed' })
    t.same(overtaken.calls, ['claim', 'present', 'settle superseded'])
    const revoked = setUp({ settled: ['gone'], status: 'revoked' })
    t.match(await revoked.demand(), { kind: 'not_claimed' })
    t.same(revoked.calls, ['claim', 'present', 'settle gone', 'revoke at the bank'])
  },
)
