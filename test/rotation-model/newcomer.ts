import type { Spool } from '../../src/core/spool.ts'
import { createBankPort } from './bank-port.ts'
import { createModelSpool, type Folder } from './model-spool.ts'
import { newProcess, type Process } from './process.ts'
import { type Replica, startReplica } from './replica.ts'
import { judgePresentation } from './rules-of-presentation.ts'
import type { Run } from './run.ts'

/** A new process, in the place of the one before. */
export function newReplica(run: Run, place: number): Replica {
  const process = newProcess('ABC'[place] ?? '?')
  const bank = createBankPort({
    ...run,
    process,
    probes: run.setting.probes,
    onPresentation: (presentation) => {
      const verdict = judgePresentation(run, presentation)
      run.bank.presentations.push(presentation)
      if (verdict !== null) run.defects.push(verdict)
    },
    onExchanged: ({ refreshToken }, code) => void run.exchanged.push({ refreshToken, code, by: process }),
  })
  const replica = startReplica({
    ...run,
    process,
    bank,
    refreshReplay: run.setting.refreshReplay,
    vault: run.vaultFor(process),
    spool: openSpool(run, place, process),
    onDefect: (text) => run.defects.push(text),
  })
  void replica.broker.replaySpool()
  return replica
}

function openSpool(run: Run, place: number, process: Process): Spool | null {
  if (!run.setting.spools) return null
  const folder: Folder = run.folders.get(place) ?? new Map()
  run.folders.set(place, folder)
  return createModelSpool({
    folder,
    process,
    now: run.time.clockOf(process).now,
    onWritten: (sealed) => {
      const { pair, exchanged } = JSON.parse(run.plain(sealed)).answer
      run.spooled.add(run.plain((pair ?? exchanged.pair).refreshToken))
    },
  })
}
