import { systemClock } from '../../src/clock.ts'
import { createGate } from '../../src/core/gate.ts'
import type { CoreSettings, Ports } from '../../src/core/ports.ts'
import { createPresenter } from '../../src/core/presenter.ts'
import { createRate } from '../../src/core/rate.ts'
import { createRotator } from '../../src/core/rotator.ts'
import type { Settler } from '../../src/core/settler.ts'
import { createSlots } from '../../src/core/slots.ts'
import type { Claim } from '../../src/core/token-store.ts'
import { NO_TRACING } from '../../src/core/tracing.ts'
import { t } from '../support/parts.ts'

const PAIR = { consentId: 'c', chain: 1, version: 1 }

/** A rotator whose claims take until they are let through, two at once. */
function setUp() {
  const calls: string[] = []
  const taken = Promise.withResolvers<void>()
  const claim = {
    ...PAIR,
    giveBack: async ({ reason, counts }: { reason: string; counts: boolean }) =>
      void calls.push(`give back ${reason} ${counts}`),
  } as unknown as Claim
  const take = async () => {
    calls.push('claim')
    await taken.promise
    return claim
  }
  const ports = {
    tokens: { claim: take, claimDue: async () => [await take()] },
    bank: { id: 'bank', refresh: async () => void calls.push('present') },
    vault: { open: async () => ({ reveal: () => 'refresh' }) },
    clock: systemClock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    tracer: NO_TRACING,
  } as unknown as Ports
  const slots = createSlots({ maxConcurrency: 2, rate: createRate(0, systemClock) })
  const settler = {
    unsaved: () => null,
    persist: (_: string, write: () => unknown) => write(),
    idle: async () => {},
  } as unknown as Settler
  const settings = { abandonAfterMs: 5_000, leaseMarginMs: 5_000 } as CoreSettings
  const gate = createGate(ports, { bankTimeoutMs: 1_000 }, slots)
  const presenter = createPresenter(ports, settings, { slots, settler, gate, onRotated: () => {} })
  const rotator = createRotator(ports, settings, { slots, settler, presenter })
  const demand = (version: number) => rotator.demand({ pair: { ...PAIR, version }, rejectionEveryMs: null })
  return { rotator, calls, demand, letThrough: taken.resolve }
}

t.test('who waits for a slot is put off while the slots are still taken', async (t) => {
  const { rotator, calls, demand, letThrough } = setUp()
  const [one, other, ...queued] = [1, 2, 3, 4].map(demand)
  rotator.stop()
  t.match(await Promise.all(queued), [{ kind: 'postponed' }, { kind: 'postponed' }])
  t.match(await demand(5), { kind: 'postponed' })
  t.equal(await rotator.startDue(10), 0)
  letThrough()
  t.match(await Promise.all([one, other]), [{ kind: 'postponed' }, { kind: 'postponed' }])
  t.notOk(calls.includes('present'))
})

t.test('a claim that was under way is given back unspent', async (t) => {
  for (const start of ['demand', 'startDue'] as const) {
    const { rotator, calls, demand, letThrough } = setUp()
    const started = start === 'demand' ? demand(1) : rotator.startDue(1)
    await new Promise(setImmediate)
    rotator.stop()
    letThrough()
    await started
    await rotator.idle()
    t.same(calls, ['claim', 'give back stopping false'], start)
  }
})
