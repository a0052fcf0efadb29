import type { Spool } from '../../src/core/spool.ts'
import type { Sealed } from '../../src/core/vault.ts'
import type { Process } from './process.ts'

/** What SPOOL_DIR holds: it outlives the processes that have it, one after another. */
export type Folder = Map<string, Sealed>

interface ModelSpoolOptions {
  readonly folder: Folder
  readonly process: Process
  readonly now: () => Date
  readonly onWritten: (sealed: Sealed) => void
}

/** SPOOL_DIR as one process sees it; a dead one writes no more. */
export function createModelSpool({ folder, process, now, onWritten }: ModelSpoolOptions): Spool {
  return {
    write: async (name, sealed) => {
      if (!process.alive) return
      folder.set(name, sealed)
      onWritten(sealed)
    },
    list: async () => {
      const waiting = [...folder.keys()].map((file) => ({ file, name: file, changedAt: now() }))
      return { waiting, setAside: 0 }
    },
    read: async (file) => folder.get(file) ?? null,
    remove: async (file) => {
      if (process.alive) folder.delete(file)
    },
    setAside: async (file) => (folder.delete(file) ? `${file}.set-aside` : null),
  }
}
