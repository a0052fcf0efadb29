import { openAnswer, UnusableAnswerError } from './answer-file.ts'
import { TryLaterError } from './errors.ts'
import type { Ports } from './ports.ts'
import type { Renewals } from './renewals.ts'
import { createReplayAnswer } from './replay-answer.ts'
import { createSetAside } from './set-aside.ts'
import type { Spool, SpooledFile } from './spool.ts'
import { backoffMs } from './tokens.ts'
import { withinMs } from './within.ts'

export interface ReplayCounts {
  readonly waiting: number
  readonly setAside: number
}

/** Brings what lies in the spool into the database, by the conditions it was to be saved by (DESIGN 4.5). */
export interface Replay {
  /** Resolves when all is saved, dropped or set aside, or soon; what the database could not take yet goes on. */
  start(): Promise<void>
  counts(): ReplayCounts
  /** Ends it; the next start goes on. */
  stop(): Promise<void>
}

/** How long the start waits for it: long enough for a healthy database, short enough to hand out tokens again. */
const READY_AFTER_MS = 10_000
/** What the pool of connections can take at once beside callers. */
const AT_ONCE = 10
/** Another process on the same folder may still be writing it. */
const UNFINISHED_FOR_MS = 60_000

type Outcome = 'done' | 'later'

/** The folder is another process's as well: a file that is gone was replayed there, which changes nothing here. */
export function createReplay(ports: Ports, renewals: Pick<Renewals, 'learnAccount'>): Replay {
  return ports.spool === null ? NO_REPLAY : replayFrom(ports.spool, ports, renewals)
}

const NO_REPLAY: Replay = {
  start: async () => {},
  counts: () => ({ waiting: 0, setAside: 0 }),
  stop: async () => {},
}

function replayFrom(spool: Spool, ports: Ports, renewals: Pick<Renewals, 'learnAccount'>): Replay {
  const { clock, log, meter, vault } = ports
  const replayAnswer = createReplayAnswer(ports, renewals)
  const setAside = createSetAside(spool, ports)
  const stopping = new AbortController()
  let waiting: readonly SpooledFile[] | null = null
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        waiting ??= await list()
        if ((await pass()) === 'done') return
        log.warn(
          { waiting: waiting.length },
          'the database has not taken all of the spool yet; it is tried again',
        )
      } catch (err) {
        log.error({ err }, 'the spool cannot be replayed at the moment; it is tried again')
      }
      await clock.sleep(backoffMs(Math.min(failures, 5), clock.chance()), stopping.signal)
    }
  }

  async function list(): Promise<readonly SpooledFile[]> {
    const found = await spool.list()
    setAside.found(found.setAside)
    meter.answers('spooled', found.waiting.length)
    if (found.waiting.length > 0) log.warn({ files: found.waiting.length }, 'replaying the spool')
    return found.waiting
  }

  /** Ends early where the database takes nothing: the rest would only wait for it as well. */
  async function pass(): Promise<Outcome> {
    const files = waiting ?? []
    const left: SpooledFile[] = []
    for (let from = 0; from < files.length; from += AT_ONCE) {
      const some = files.slice(from, from + AT_ONCE)
      const outcomes = await Promise.all(some.map(replayFile))
      const later = some.filter((_, index) => outcomes[index] === 'later')
      left.push(...later)
      waiting = [...files.slice(from + AT_ONCE), ...left]
      if (later.length === some.length || stopping.signal.aborted) break
    }
    return waiting?.length === 0 ? 'done' : 'later'
  }

  async function replayFile(file: SpooledFile): Promise<Outcome> {
    try {
      await replayAndRemove(file)
    } catch (err) {
      if (err instanceof TryLaterError) return 'later'
      if (!isUnfinished(file, err)) await setAside.put(file, err)
    }
    meter.answers('spooled', -1)
    return 'done'
  }

  async function replayAndRemove({ file, name }: SpooledFile): Promise<void> {
    const sealed = await spool.read(file)
    if (sealed === null) return
    const result = await replayAnswer(await openAnswer(vault, name, sealed))
    log.warn({ file, result }, 'a spooled answer is replayed')
    await spool.remove(file).catch((err: unknown) => {
      log.error({ file, err }, 'a spooled answer that is replayed cannot be removed')
    })
  }

  function isUnfinished({ file, name, changedAt }: SpooledFile, err: unknown): boolean {
    const young = clock.now().getTime() - changedAt.getTime() < UNFINISHED_FOR_MS
    const unfinished = file !== name && young && err instanceof UnusableAnswerError
    if (unfinished) log.warn({ file }, 'a file of the spool is not whole yet; it is left to the next start')
    return unfinished
  }

  return {
    start: async () => {
      running = run()
      await withinMs(clock, running, READY_AFTER_MS)
    },
    counts: () => ({ waiting: waiting?.length ?? 0, setAside: setAside.count() }),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
