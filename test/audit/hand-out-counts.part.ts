import { systemClock } from '../../src/clock.ts'
import type { HandOutCount } from '../../src/core/consent-store.ts'
import { TryLaterError } from '../../src/core/errors.ts'
import { createHandOutCounts } from '../../src/core/hand-out-counts.ts'
import { createLogger } from '../../src/logger.ts'
import { t } from '../support/parts.ts'

const HOUR_MS = 3_600_000
const FIVE = Date.parse('2026-11-23T05:00:00Z')

/** A database that takes what it is given, or fails as it is told. */
function createRig() {
  const logged: string[] = []
  const taken: { counts: readonly HandOutCount[]; again: boolean }[] = []
  const rig = { nowMs: FIVE, monotonicMs: 0, takesMs: 0, fails: null as Error | null, taken, logged }
  const counts = createHandOutCounts({
    clock: { ...systemClock, now: () => new Date(rig.nowMs), monotonicMs: () => rig.monotonicMs },
    log: createLogger({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
    consents: {
      recordHandOuts: async (counts: readonly HandOutCount[], { again }: { again: boolean }) => {
        rig.monotonicMs += rig.takesMs
        if (rig.fails !== null) throw rig.fails
        taken.push({ counts, again })
      },
    } as Parameters<typeof createHandOutCounts>[0]['consents'],
  })
  const count = (consentId: string, fingerprint = 'a', callerId = 'ledger') =>
    counts.count(callerId, { consentId, fingerprint })
  return { rig, counts, count }
}

t.test('one count a consent, caller and hour, written when the hour is over', async (t) => {
  const { rig, counts, count } = createRig()
  count('one', 'a')
  count('one', 'b')
  count('one', 'a', 'other')
  count('two', 'c')
  rig.nowMs = FIVE + HOUR_MS - 1
  count('one', 'a')
  await counts.flush()
  t.strictSame(rig.taken, [], 'the hour runs')
  rig.nowMs = FIVE + HOUR_MS
  count('one', 'd')
  await counts.flush()
  await counts.flush()
  const hour = new Date(FIVE)
  const lastAt = new Date(FIVE)
  t.strictSame(rig.taken, [
    {
      again: false,
      counts: [
        {
          consentId: 'one',
          callerId: 'ledger',
          hour,
          count: 3,
          fingerprints: ['a', 'b'],
          lastAt: new Date(FIVE + HOUR_MS - 1),
        },
        { consentId: 'one', callerId: 'other', hour, count: 1, fingerprints: ['a'], lastAt },
        { consentId: 'two', callerId: 'ledger', hour, count: 1, fingerprints: ['c'], lastAt },
      ],
    },
  ])
  await counts.drain()
  t.match(
    rig.taken[1]?.counts,
    [{ hour: new Date(FIVE + HOUR_MS), count: 1 }],
    'the end of the process waits for no hour',
  )
})

t.test('what the database does not take is kept, as it was, and told to be a repetition', async (t) => {
  const { rig, counts, count } = createRig()
  count('one')
  rig.nowMs += HOUR_MS
  rig.fails = new TryLaterError('storage_unavailable', 1)
  await t.rejects(counts.flush())
  rig.nowMs -= HOUR_MS
  count('one')
  await t.rejects(counts.drain())
  rig.fails = null
  await counts.drain()
  t.match(rig.taken, [
    { again: true, counts: [{ count: 1 }] },
    { again: false, counts: [{ count: 1 }] },
  ])
})

t.test('a batch that is refused for good does not stand in the way of the next', async (t) => {
  const { rig, counts, count } = createRig()
  count('one')
  rig.fails = new Error('unsupported Unicode escape sequence')
  await counts.drain()
  rig.fails = null
  count('two')
  await counts.drain()
  t.match(rig.taken, [{ again: false, counts: [{ consentId: 'two' }] }])
  t.match(rig.logged, [/counts of hand-outs are refused; the log has each of them/])
})

t.test('the end of a process waits ten seconds for a slow database, and tells what is left', async (t) => {
  const { rig, counts, count } = createRig()
  for (let consent = 0; consent < 2_000; consent += 1)
    for (let twice = 0; twice < 2; twice += 1) count(`${consent}`)
  rig.takesMs = 3_000
  await counts.drain()
  t.equal(rig.taken.length, 4)
  t.match(rig.logged, [/"handOuts":2400,.*not counted; the log has each of them/])
  t.equal(rig.logged.length, 1)
})

t.test('memory and writes are bounded', async (t) => {
  const { rig, counts, count } = createRig()
  for (let token = 0; token < 50; token += 1) count('one', `token ${token}`)
  for (let consent = 1; consent < 260_000; consent += 1) count(`consent ${consent}`)
  rig.nowMs += HOUR_MS
  await counts.flush()
  const batches = rig.taken.map(({ counts }) => counts.length)
  t.equal(rig.taken[0]?.counts[0]?.fingerprints.length, 10)
  t.ok(batches.every((rows) => rows <= 200))
  const written = batches.reduce((sum, rows) => sum + rows, 0)
  t.ok(written >= 200_000 / 50 && written <= 260_000 / 50 + 200, `${written} in one look`)
  t.match(rig.logged, [/"handOuts":\d{4,},.*not counted; the log has each of them/])
  await counts.drain()
  const all = rig.taken.reduce((sum, { counts }) => sum + counts.length, 0)
  t.ok(all >= 200_000 && all <= 250_000, `${all} kept`)
})

t.test('the hot path costs next to nothing', async (t) => {
  const { count } = createRig()
  const ids = Array.from({ length: 10_000 }, (_, index) => `consent ${index}`)
  const startedMs = performance.now()
  for (let turn = 0; turn < 2; turn += 1) for (const id of ids) count(id, `token ${turn}`)
  const microseconds = ((performance.now() - startedMs) * 1000) / 20_000
  t.comment(`${microseconds.toFixed(2)} µs a hand-out`)
  t.ok(microseconds < 50)
})
