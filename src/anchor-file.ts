import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { ChainHead } from './core/audit-chain.ts'
import { OperatorError } from './core/errors.ts'
import { type Anchors, compareChains } from './core/verify-audit.ts'
import { syncFolder } from './spool/index.ts'

/**
 * Heads of chains, noted outside of the database: a line each, in the order of chains, so that a file of millions is
 * read beside the chains and never held. The last line counts them: a file cut short is not taken for fewer chains.
 */
const FIRST_LINE = 'token-broker audit anchors 1'
const LAST_LINE = /^end (\d+)$/
const LINE = /^([1-9]\d*) ([0-9a-f]{64}) (.+)$/
const WRITTEN_AT_ONCE = 1_000

/** Reads the anchors of an earlier run; null where there is no such file. Raises `settings_invalid` for another file. */
export async function openAnchors(path: string): Promise<Anchors | null> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unusable(path, `cannot be read (${error.code})`)
  })
  if (file === null) return null
  const lines = createInterface({ input: file.createReadStream(), crlfDelay: Number.POSITIVE_INFINITY })
  const read = readAnchors(path, lines[Symbol.asyncIterator]())
  return {
    next: async () => {
      const { value } = await read.next().catch((error: NodeJS.ErrnoException) => {
        throw error instanceof OperatorError ? error : unusable(path, `cannot be read (${error.code})`)
      })
      return value ?? null
    },
  }
}

async function* readAnchors(
  path: string,
  lines: AsyncIterator<string>,
): AsyncGenerator<ChainHead, undefined> {
  const line = async () => (await lines.next()).value as string | undefined
  if ((await line()) !== FIRST_LINE) throw unusable(path, `does not begin with "${FIRST_LINE}"`)
  let before = ''
  for (let count = 0; ; count += 1) {
    const text = await line()
    if (text === undefined) throw unusable(path, 'was cut off')
    const [, stated] = LAST_LINE.exec(text) ?? []
    if (stated === String(count)) return undefined
    const [, length, hash = '', chain = ''] = LINE.exec(text) ?? []
    if (length === undefined || (before !== '' && compareChains(before, chain) >= 0)) {
      throw unusable(path, `is damaged in line ${count + 2}`)
    }
    before = chain
    yield { chain, length: Number(length), hash }
  }
}

export interface AnchorWriter {
  write(head: ChainHead): Promise<void>
  /** Puts the file in the place of the former. */
  commit(): Promise<void>
  /** Leaves the former file as it is. */
  discard(): Promise<void>
}

/** Writes anchors beside the former file, by a name of its own: another run may do the same. */
export async function createAnchorWriter(path: string): Promise<AnchorWriter> {
  const fresh = `${path}.${crypto.randomUUID().slice(0, 8)}.new`
  const file = await open(fresh, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw unusable(fresh, `cannot be written (${error.code})`)
  })
  let lines = [FIRST_LINE]
  let count = 0

  async function flush(): Promise<void> {
    await file.writeFile(`${lines.join('\n')}\n`)
    lines = []
  }

  return {
    write: async ({ chain, length, hash }) => {
      lines.push(`${length} ${hash} ${chain}`)
      count += 1
      if (lines.length >= WRITTEN_AT_ONCE) await flush()
    },
    commit: async () => {
      lines.push(`end ${count}`)
      await flush()
      await file.sync()
      await file.close()
      await rename(fresh, path)
      await syncFolder(dirname(path))
    },
    discard: async () => {
      await file.close()
      await rm(fresh, { force: true })
    },
  }
}

function unusable(path: string, problem: string): OperatorError {
  return new OperatorError('settings_invalid', `The file of anchors ${path} ${problem}.`)
}
