import { CoreError } from '../../src/core/errors.ts'
import type { Call } from './bank-port.ts'
import { crash, cut, freeze, loseWrite, mend } from './faults.ts'
import { newReplica } from './newcomer.ts'
import type { Replica } from './replica.ts'
import { ask, renew, rescue, revoke } from './requests.ts'
import type { Run } from './run.ts'
import { LENGTHS_MS, type Step, type StepName } from './steps.ts'

/** What a step is about. */
export interface Choice {
  readonly place: number
  readonly replica: Replica
  readonly consentId: string
  readonly call: Call | undefined
  readonly how: number
}

type Perform = (run: Run, choice: Choice) => Promise<void> | void

const PERFORM: Record<StepName, Perform> = {
  refresh: (run, { replica }) => background(run, replica, () => replica.broker.startDue(2)),
  house: (run, { replica }) => background(run, replica, () => replica.broker.keepHouse()),
  gate: (run, { replica }) => background(run, replica, () => replica.broker.tendGate()),
  ask,
  pass: (run, { how }) => pass(run, LENGTHS_MS[how % LENGTHS_MS.length] ?? 0),
  process: (_, { call }) => call?.process(),
  answer: (_, { call }) => call?.end(call.by.alive ? 'answered' : 'unheard', 'truth'),
  lose: (_, { call }) =>
    call?.end(call.by.alive ? 'lost' : 'unheard', { kind: 'uncertain', reason: 'reset' }),
  deny,
  crash,
  start: (run, { place, replica }) => {
    if (!replica.process.alive) run.replicas[place] = newReplica(run, place)
  },
  cut: (run, { replica }) => {
    cut(run, replica)
    replica.process.alone = true
  },
  freeze,
  mend: (_, { replica }) => mend(replica),
  outage: (run) => {
    for (const replica of run.replicas) cut(run, replica)
  },
  recover: (run) => run.replicas.forEach(mend),
  loseWrite,
  certificate: (_, { replica, how }) => {
    replica.process.certificate = `certificate ${how % 2}`
  },
  renew,
  rescue,
  revoke,
  withdraw: (run, { consentId }) => {
    for (const grant of run.bank.grants) if (grant.consentId === consentId) grant.alive = false
  },
}

/** Does one step and lets everything come to rest. */
export async function perform(run: Run, [name, a, b]: Step): Promise<void> {
  const place = a % run.replicas.length
  const replica = run.replicas[place]
  const consentId = run.consentIds[b % run.consentIds.length]
  if (replica === undefined || consentId === undefined) return
  // What befalls calls needs one.
  if (OF_A_CALL.has(name) && run.calls.length === 0) await perform(run, ['ask', a, b])
  const call = run.calls[a % Math.max(1, run.calls.length)]
  note(run, name, { replica, consentId, call, how: b, place })
  await PERFORM[name](run, { place, replica, consentId, call, how: b })
  await run.turns.settle()
}

const OF_A_CALL = new Set<StepName>(['process', 'answer', 'lose', 'deny'])

function note({ trace, time }: Run, name: StepName, { replica, consentId, call, how }: Choice): void {
  const about = OF_A_CALL.has(name)
    ? (call?.what ?? 'nothing')
    : `${replica.process.name} ${consentId.slice(-2)}`
  trace.push(`${(time.nowMs() / 1000) % 1_000_000}: ${name} (${about}; ${how})`)
}

/** The background of a process: what it can't do now it tries again. */
function background({ defects }: Run, { process }: Replica, work: () => Promise<unknown>): void {
  if (!process.alive) return
  work().catch((error: unknown) => {
    if (!isTryLater(error)) defects.push(`the background of ${process.name} failed: ${String(error)}`)
  })
}

function isTryLater(error: unknown): boolean {
  return error instanceof CoreError && error.code === 'storage_unavailable'
}

/** Time passes, and whoever waits for it goes on as soon as it has come. */
export async function pass(run: Run, ms: number): Promise<void> {
  const untilMs = run.time.nowMs() + ms
  while (run.time.wakeNext(untilMs)) await run.turns.settle()
}

function deny(_: Run, { call, how }: Choice): void {
  if (call === undefined || call.isProcessed()) return
  const outcome = [
    { kind: 'not_processed', reason: 'refused', left: false },
    { kind: 'not_processed', reason: 'http_429', left: true, retryAfterMs: 5_000 },
    { kind: 'our_fault', reason: 'invalid_client' },
  ] as const
  call.end('denied', outcome[how % 3] ?? outcome[0])
}
