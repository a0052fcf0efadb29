import type { Choice } from './perform.ts'
import type { Process } from './process.ts'
import type { Replica } from './replica.ts'
import type { Run } from './run.ts'
import { noteDeath } from './trouble.ts'

export async function crash(run: Run, { replica, how }: Choice): Promise<void> {
  const { process } = replica
  if (!process.alive) return
  run.calm = false
  noteDeath(run)
  process.alive = false
  // Its last statement may have been on the way: the server carries it out, and nobody hears of it.
  if (how % 2 === 0) await run.turns.carryOut(process)
}

/** A write that is lost: the next is not. */
export function loseWrite(run: Run, { replica, how }: Choice): void {
  run.calm = false
  Object.assign(replica.process, { loses: how % 2 === 0 ? 'acknowledgement' : 'statement', lossy: true })
}

export function fault(run: Run, { process }: Replica, state: Partial<Process>): void {
  run.calm = false
  Object.assign(process, state, { faults: process.faults + 1 })
}

export function cut(run: Run, replica: Replica): void {
  fault(run, replica, { cut: true })
  if (replica.process.alive) run.turns.refuse(replica.process)
}

/** At once, or after some turns at the database. */
export function freeze(run: Run, { replica, how }: Choice): void {
  fault(run, replica, { frozen: how === 0, freezesIn: how, alone: true })
}

export function mend({ process }: Replica): void {
  Object.assign(process, { cut: false, frozen: false, freezesIn: 0, loses: 'nothing' })
  for (const thaw of process.thaws.splice(0)) thaw()
}
