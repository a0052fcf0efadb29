import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Caller } from '../../src/core/caller.ts'
import { createClientTokens } from '../../src/core/client-tokens.ts'
import { TryLaterError } from '../../src/core/errors.ts'
import type { CoreSettings, Ports } from '../../src/core/ports.ts'
import { createRate } from '../../src/core/rate.ts'
import { createRenewals } from '../../src/core/renewals.ts'
import { Secret } from '../../src/core/secret.ts'
import { createSlots } from '../../src/core/slots.ts'
import { createUsage } from '../../src/core/usage.ts'
import { createInFlight } from '../../src/http/in-flight.ts'
import { addressKey } from '../../src/http/limits/client-address.ts'
import { createRateLimiter } from '../../src/http/limits/rate-limiter.ts'
import { CALM, judgeLoop, STRAIN_LIMITS } from '../../src/http/limits/strain.ts'
import { createDoubts } from '../../src/store/doubts.ts'
import { t } from '../support/parts.ts'

const DAY_MS = 86_400_000
const CALLER: Caller = { id: 'ledger', permissions: new Set(['tokens']) }

/** A clock that only moves when it is told to; who sleeps by it never wakes. */
function stoppedClock() {
  const state = { nowMs: 1_000 }
  return {
    state,
    now: () => new Date(state.nowMs),
    monotonicMs: () => state.nowMs,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve())),
    chance: () => 0.5,
  }
}

t.test('a rate: so many in a window, each key for itself, and a window begins anew', async (t) => {
  const { state, monotonicMs } = stoppedClock()
  const take = createRateLimiter({ max: 2, windowMs: 1_000, maxKeys: 3, monotonicMs })
  t.same([take('a'), take('a'), take('b')], [null, null, null])
  state.nowMs += 400
  t.equal(take('a'), 600, 'what is left of the window that began with the first call')
  t.equal(take('a'), 600, 'a refused call does not prolong it')
  state.nowMs += 599
  t.equal(take('a'), 1)
  state.nowMs += 1
  t.same([take('a'), take('a'), take('a')], [null, null, 1_000])
  state.nowMs -= 500
  t.equal(take('a'), 1_500, 'monotonic time never goes back; even so nobody waits for ever')
})

t.test(
  'a rate remembers a bounded number of keys: the window that ends first is forgotten first',
  async (t) => {
    const { state, monotonicMs } = stoppedClock()
    const take = createRateLimiter({ max: 1, windowMs: 1_000, maxKeys: 3, monotonicMs })
    for (const key of ['a', 'b', 'c', 'd']) {
      state.nowMs += 1
      t.equal(take(key), null)
    }
    t.not(take('b'), null, 'still known')
    t.not(take('d'), null)
    t.equal(take('a'), null, 'forgotten')
    t.equal(take('b'), null, 'for whose sake another was')
    t.not(take('d'), null)
  },
)

t.test('a request counts until it is answered, and until its work is done', async (t) => {
  const { count, unanswered, begin, work, workDone } = createInFlight()
  const begun = () => {
    const answer = new ServerResponse(new IncomingMessage(new Socket()))
    begin(answer)
    return answer
  }
  const [refused, served, left, late] = [begun(), begun(), begun(), begun()]
  for (const answer of [served, left]) work(answer)
  workDone(served)
  t.equal(count(), 4, 'answers that have not left')
  left.emit('close')
  t.equal(count(), 4, 'its client has left, its work goes on')
  late.emit('close')
  t.equal(count(), 3, 'it was never begun, and may never be')
  work(late)
  t.equal(count(), 4, 'it was')
  for (const answer of [refused, served]) answer.emit('close')
  t.same([count(), unanswered.size], [2, 0])
  for (const answer of [left, late]) workDone(answer)
  t.equal(count(), 0)
})

t.test('an address counts as itself, in IPv6 as its /64', async (t) => {
  const cases: [string, string | null][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:FFFF:C000:0207', '192.0.2.7'],
    ['[::ffff:192.0.2.7]:50123', '192.0.2.7'],
    ['::fffe:c000:207', '0:0:0:0::/64'],
    ['192.0.2.7:50123', '192.0.2.7'],
    ['[2001:db8:1:2::7]:50123', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', null],
    ['unknown', null],
    ['192.0.2.7, 192.0.2.8', null],
    ['192.0.2.777', null],
    ['2001:db8::1::2', null],
    ['[2001:db8::7', null],
    ['_hidden', null],
  ]
  for (const [text, key] of cases) t.equal(addressKey(text), key, text)
})

t.test(
  'the event loop suffers after four late samples in a row, and is well after four calm ones',
  async (t) => {
    const { lateMs: late, calmMs: calm } = STRAIN_LIMITS
    const judged = (samples: number[]) =>
      samples.reduce((state, lateByMs) => judgeLoop(state, lateByMs, STRAIN_LIMITS), CALM).suffers
    t.equal(judged([late, late, late]), false)
    t.equal(judged([late, late, late, late - 1, late]), false, 'in a row')
    t.equal(judged([5_000, 0, 5_000, 0]), false, 'a turn that takes long is no load')
    const suffering = [late, late, late, late]
    t.equal(judged(suffering), true)
    t.equal(judged([...suffering, calm, calm, calm]), true)
    t.equal(judged([...suffering, calm, calm, calm, calm + 1, calm]), true, 'it does not flap')
    t.equal(judged([...suffering, calm, calm, calm, calm]), false)
  },
)

t.test('who waits for a slot at the bank: no more than so many', async (t) => {
  const slots = createSlots({ maxConcurrency: 1, rate: createRate(0, stoppedClock()), maxWaiting: 2 })
  const release = await slots.acquire()
  const waiting = [slots.acquire(), slots.acquire()]
  await t.rejects(slots.acquire(), { code: 'bank_unavailable', retryAfterSeconds: 5 })
  release()
  ;(await waiting[0])?.()
  ;(await waiting[1])?.()
  t.type(await slots.acquire(), 'function', 'there is room again')
})

t.test('consents whose use is to be noted: no more than so many, and the rest the next time', async (t) => {
  const written: string[][] = []
  let fails = true
  const touch = async (ids: readonly string[]) => {
    if (fails) throw new TryLaterError('storage_unavailable', 1)
    written.push([...ids].sort())
  }
  const ports = { consents: { touch }, clock: stoppedClock() } as unknown as Ports
  const usage = createUsage(ports, { idleAfterMs: DAY_MS }, 3)
  for (const id of ['a', 'b', 'c', 'd', 'e']) usage.asked(id)
  await t.rejects(usage.flush())
  usage.asked('f')
  fails = false
  await usage.flush()
  t.same(written, [['a', 'b', 'c']])
  for (const id of ['a', 'd']) usage.asked(id)
  await usage.flush()
  t.ok(written[1]?.includes('d'), 'what found no room was not taken for noted')
})

t.test('accounts that the bank is asked for: a thousand at once', async (t) => {
  let asked = 0
  const consentInfo = () => {
    asked += 1
    return new Promise(() => {})
  }
  const ports = { bank: { consentInfo }, clock: stoppedClock() } as unknown as Ports
  const renewals = createRenewals(ports, {} as CoreSettings)
  for (let chain = 1; chain <= 1_500; chain += 1) {
    renewals.learnAccount({ consentId: 'c', chain }, new Secret('token'))
  }
  t.equal(asked, 1_000)
})

t.test('claims in doubt: beyond so many none is taken', async (t) => {
  const clock = stoppedClock()
  const doubts = createDoubts({ clock, giveBack: async () => {}, maxDoubts: 2 })
  let claims = 0
  const claim = async () => {
    claims += 1
    throw Object.assign(new Error('lost'), { code: 'ECONNRESET' })
  }
  const doubt = { lookUp: async () => [], leaseMs: 0 }
  for (const _ of [1, 2]) await t.rejects(doubts.ownOnDoubt(claim, doubt), { message: 'lost' })
  await t.rejects(doubts.ownOnDoubt(claim, doubt), { code: 'storage_unavailable' })
  t.equal(claims, 2, 'refused before anything was claimed')
  await doubts.stop()
  await t.rejects(doubts.ownOnDoubt(claim, doubt), { message: 'lost' }, 'those that are over count no more')
})

t.test('client tokens: a hundred are kept, the oldest go', async (t) => {
  const asked: string[] = []
  const clientToken = async (scope: string) => {
    asked.push(scope)
    const tokens = { accessToken: new Secret(scope), tokenType: 'Bearer', expiresInSeconds: 600, scope }
    return { kind: 'granted', tokens }
  }
  const clock = stoppedClock()
  const ports = {
    bank: { clientToken, clientScopeProblem: () => null, boundTo: () => null, defaultExpiresInSeconds: 600 },
    vault: { fingerprint: () => 'f' },
    clock,
  } as unknown as Ports
  const slots = createSlots({ maxConcurrency: 1, rate: createRate(0, clock) })
  const get = createClientTokens(ports, { bankTimeoutMs: 1_000 }, slots)
  for (let scope = 0; scope <= 100; scope += 1) await get(CALLER, `s${scope}`)
  await get(CALLER, 's1')
  t.equal(asked.length, 101, 'kept')
  await get(CALLER, 's0')
  t.equal(asked.at(-1), 's0', 'the oldest is asked for anew')
  t.equal(asked.length, 102)
})
