import { setImmediate as nextTurn } from 'node:timers/promises'
import type pg from 'pg'
import type { Process } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What a pool hands out, as Kysely uses it. */
export interface Connection {
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>
  release(): void
}

interface Turn {
  readonly process: Process
  readonly begin: (connection: Connection) => void
  readonly fail: (error: Error) => void
}

export interface Turns {
  /** Waits for a turn at the database: one statement, or one transaction. */
  connect(process: Process): Promise<Connection>
  /** Fails what a process waits for. */
  refuse(process: Process): void
  /** Work that is under way outside the database. */
  during<T>(work: Promise<T>): Promise<T>
  /** Gives turns until everything waits for time, for the bank, or for a thaw. */
  settle(): Promise<void>
  /** How many there were. */
  count(): number
  /** Lets the first turn a process waits for be carried out, whatever its state. */
  carryOut(process: Process): Promise<void>
}

interface TurnsOptions {
  readonly client: pg.Client
  readonly time: Pick<VirtualTime, 'nowMs'>
  /** Which of those who may go next goes. */
  readonly pick: (count: number) => number
}

/** One turn at a time, so that a run is the same each time it is run; the statements are the store's own. */
export function createTurns({ client, time, pick }: TurnsOptions): Turns {
  const waiting: Turn[] = []
  let busy = 0
  let databaseMs = 0
  let count = 0

  async function during<T>(work: Promise<T>): Promise<T> {
    busy += 1
    return work.finally(() => {
      busy -= 1
    })
  }

  /** Resolves when no more happens by itself: what goes on between waits takes a turn of the event loop at most. */
  async function calm(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet = busy === 0 ? quiet + 1 : 0) await nextTurn()
  }

  async function run(turn: Turn): Promise<void> {
    waiting.splice(waiting.indexOf(turn), 1)
    count += 1
    if (databaseMs !== time.nowMs()) {
      databaseMs = time.nowMs()
      await client.query('update model_time.clock set at = to_timestamp($1)', [databaseMs / 1000])
    }
    await new Promise<void>((over) => {
      const release = () => {
        endTurn(turn.process)
        over()
      }
      turn.begin(createConnection(client, turn.process, release))
    })
    await calm()
  }

  async function settle(): Promise<void> {
    await calm()
    for (;;) {
      const free = waiting.filter(({ process }) => process.alive && !process.frozen)
      const turn = free[pick(free.length)]
      if (turn === undefined) return
      await run(turn)
    }
  }

  return {
    connect: (process) => {
      if (process.cut && process.alive) return Promise.reject(refused())
      return new Promise((begin, fail) => waiting.push({ process, begin, fail }))
    },
    refuse: (process) => {
      const theirs = waiting.filter((turn) => turn.process === process)
      for (const turn of theirs) {
        waiting.splice(waiting.indexOf(turn), 1)
        turn.fail(refused())
      }
    },
    during,
    settle,
    count: () => count,
    carryOut: async (process) => {
      const turn = waiting.find((other) => other.process === process)
      if (turn !== undefined) await run(turn)
    },
  }
}

function endTurn(process: Process): void {
  if (process.freezesIn === 0) return
  process.freezesIn -= 1
  if (process.freezesIn === 0) Object.assign(process, { frozen: true, faults: process.faults + 1 })
}

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
}

const READS = /^\s*(select|begin|rollback)/

/** A connection that may break at its next write, before the statement arrived or after it was carried out. */
function createConnection(client: pg.Client, process: Process, release: () => void): Connection {
  let inTransaction = false
  let broken = false

  async function query(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> {
    if (broken) throw terminated()
    if (text === 'begin') inTransaction = true
    const writes = inTransaction ? text === 'commit' : !READS.test(text)
    if (writes && process.loses !== 'nothing') return lose(text, values)
    return client.query(text, [...values])
  }

  async function lose(text: string, values: readonly unknown[]): Promise<never> {
    broken = true
    if (process.loses === 'acknowledgement') await client.query(text, [...values])
    else if (inTransaction) await client.query('rollback')
    process.loses = 'nothing'
    throw terminated()
  }

  return { query, release }
}

function terminated(): Error {
  return new Error('Connection terminated unexpectedly')
}
