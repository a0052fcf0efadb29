import { readdir } from 'node:fs/promises'
import { createGate } from '../../support/gate.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Stage } from './stage.ts'

/** The rotation that a process is to die in. */
export interface Target {
  readonly id: string
  readonly grantId: string
  readonly round: number
  /** Text that only its claim's statement has. */
  readonly claim: (text: string) => boolean
  readonly version: number
}

/** Set before the rotation begins. */
export interface Trap {
  /** Resolves when the process has come to the moment of its death. */
  readonly reached: Promise<unknown>
  /** Lets go what the bank holds, after the kill. */
  release(): void
}

/** A moment of a rotation, and what a kill then must come to. */
export interface Step {
  readonly name: string
  readonly bank: 'strict' | 'grace'
  readonly outcome: 'recovered' | 'lost'
  /** How often the bank sees the old refresh token in all. */
  readonly presentations: number
  readonly spools: boolean
  /** Whether it comes back only when the other replica has given its token up. */
  readonly late: boolean
  set(stage: Stage, target: Target): Trap
}

const SETTLE = (text: string) => text.includes('set version = a.version + 1')

/** The bank holds its answer, the token spent already or not yet, round by round. */
function holdAnswerOfBank({ bank }: Stage, { grantId, round }: Target): Trap {
  const gate = createGate()
  const fault = bank.faults.add({
    endpoint: 'token',
    grantId,
    when: round % 2 === 0 ? 'after' : 'before',
    action: { kind: 'wait', until: gate.opened },
  })
  return { reached: waitFor('the call to the bank', () => fault.struck === 1), release: gate.open }
}

function holdStatement({ proxy }: Stage, statement: (text: string) => boolean): Trap {
  return { reached: proxy.hold({ keep: 'statement', statement }), release: () => {} }
}

function holdAnswer({ proxy }: Stage, statement: (text: string) => boolean, id?: string): Trap {
  const answer = id === undefined ? {} : { answer: (text: string) => text.includes(id) }
  return { reached: proxy.hold({ keep: 'answer', statement, ...answer }), release: () => {} }
}

/** The database goes while the bank holds its answer, and the process dies with the answer in its spool only. */
function holdInSpool(stage: Stage, target: Target): Trap {
  const held = holdAnswerOfBank(stage, target)
  const spooled = async () => {
    await held.reached
    stage.proxy.refuse()
    held.release()
    const files = () => readdir(stage.spoolDir)
    await waitFor('the spool', async () => (await files()).some((name) => name.endsWith('.answer')))
  }
  return { reached: spooled(), release: stage.proxy.accept }
}

function untilSaved({ sql }: Stage, { id, version }: Target): Trap {
  const saved = async () => {
    const [row] = await sql('select version from consent_tokens where consent_id = $1', [id])
    return row?.version > version
  }
  return { reached: waitFor('the save', saved), release: () => {} }
}

const COMMON = { bank: 'strict', outcome: 'recovered', presentations: 1, spools: false, late: false } as const
const CLAIMED = 'b the claim committed, the request not sent'
const AT_BANK = 'c the bank works'
const ANSWERED = 'd answered, the save not sent'

export const STEPS: readonly Step[] = [
  {
    ...COMMON,
    name: 'a before the claim',
    set: (stage, { claim }) => holdStatement(stage, claim),
  },
  { ...COMMON, name: CLAIMED, set: (stage, { claim, id }) => holdAnswer(stage, claim, id) },
  { ...COMMON, name: AT_BANK, outcome: 'lost', presentations: 2, set: holdAnswerOfBank },
  { ...COMMON, name: AT_BANK, bank: 'grace', presentations: 2, set: holdAnswerOfBank },
  {
    ...COMMON,
    name: ANSWERED,
    outcome: 'lost',
    presentations: 2,
    set: (stage) => holdStatement(stage, SETTLE),
  },
  {
    ...COMMON,
    name: ANSWERED,
    bank: 'grace',
    presentations: 2,
    set: (stage) => holdStatement(stage, SETTLE),
  },
  { ...COMMON, name: 'e saved, not acknowledged', set: (stage) => holdAnswer(stage, SETTLE) },
  { ...COMMON, name: 'f after the save', set: untilSaved },
  { ...COMMON, name: 'g spooled, the database gone', spools: true, set: holdInSpool },
  {
    ...COMMON,
    name: 'h spooled, and back too late',
    spools: true,
    late: true,
    presentations: 2,
    set: holdInSpool,
  },
]
