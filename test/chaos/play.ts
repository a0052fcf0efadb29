import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom, type Random } from './random.ts'
import type { PlannedFault } from './schedule.ts'
import { type BankFault, strikeBank } from './support/bank-faults.ts'
import type { StopMode } from './support/database.ts'
import { TIMES } from './support/times.ts'
import type { World } from './support/world.ts'

/** Makes the planned faults happen; resolves when the last of them is over. */
export async function playFaults(
  world: World,
  planned: readonly PlannedFault[],
  seed: number,
): Promise<void> {
  const startedAt = performance.now()
  const random = createRandom(seed, 'strikes')
  const lanes = Map.groupBy(planned, ({ lane }) => lane).values()
  await Promise.all(
    [...lanes].map(async (faults) => {
      for (const fault of faults) {
        await sleep(Math.max(0, startedAt + fault.atMs - performance.now()))
        await strike(world, fault, random)
      }
    }),
  )
}

function strike(world: World, fault: PlannedFault, random: Random): Promise<void> {
  switch (fault.lane) {
    case 'bank':
      return strikeBankFor(world, fault, random)
    case 'broker':
      return endReplica(world, fault)
    case 'database':
      return strikeDatabase(world, fault)
  }
}

async function strikeBankFor({ bank }: World, { what, share, forMs }: PlannedFault, random: Random) {
  const end = strikeBank(bank, what as BankFault, { times: TIMES, share, random })
  await sleep(forMs)
  end()
}

async function endReplica({ replicas }: World, { what, replica: index, forMs }: PlannedFault): Promise<void> {
  const replica = replicas[index]
  if (replica === undefined) return
  await replica.end(what === 'broker: SIGKILL' ? 'SIGKILL' : 'SIGTERM')
  await sleep(forMs)
  replica.start()
  await replica.untilReady()
}

async function strikeDatabase(world: World, fault: PlannedFault): Promise<void> {
  const { what, forMs, replica } = fault
  if (what.startsWith('postgres: ')) return stopDatabase(world, what.slice(10) as StopMode, forMs)
  const disturbance = world.disturbances.begin(what)
  const proxy = world.proxies[replica]
  if (what === 'database: connections cut') for (const one of world.proxies) one.cut()
  if (what === 'database: acknowledgements lost') proxy?.loseAnswers(5, 'update consent_tokens')
  if (what === 'database: one replica half-open') proxy?.freeze()
  await sleep(forMs)
  proxy?.loseAnswers(0, '')
  proxy?.thaw()
  world.disturbances.end(disturbance)
}

async function stopDatabase({ database }: World, mode: StopMode, forMs: number): Promise<void> {
  await database.stop(mode)
  await sleep(forMs)
  await database.start()
}
