import { randomBytes } from 'node:crypto'
import { access, lstat, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spool, SpooledFile, SpoolListing } from '../core/spool.ts'
import { syncFolder, writeSynced } from './synced.ts'

/** A file of ours that is whole, or that was being written; whatever else lies in the folder is left alone. */
const ANSWER = /^(.+\.answer)(?:\.[0-9a-f]{12}\.tmp)?$/
const SET_ASIDE = /\.set-aside(?:\.\d+)?$/

/** Keeps each answer in a file of its own, which is there whole or not at all. */
export function createFiles(folder: string): Spool {
  const pathOf = (file: string) => join(folder, file)

  async function write(name: string, text: string): Promise<void> {
    const temporary = pathOf(`${name}.${randomBytes(6).toString('hex')}.tmp`)
    try {
      await writeSynced(temporary, text)
      await rename(temporary, pathOf(name))
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {})
      throw error
    }
    await syncFolder(folder)
  }

  async function list(): Promise<SpoolListing> {
    const files = (await readdir(folder)).sort()
    const waiting = await Promise.all(files.filter((file) => ANSWER.test(file)).map(toSpooled))
    const setAside = files.filter((file) => SET_ASIDE.test(file)).length
    return { waiting: waiting.filter((file) => file !== null), setAside }
  }

  async function toSpooled(file: string): Promise<SpooledFile | null> {
    const found = await unlessGone(lstat(pathOf(file)))
    const [, name = file] = ANSWER.exec(file) ?? []
    return found?.isFile() === true ? { file, name, changedAt: found.mtime } : null
  }

  /** Not synced: one that comes back is replayed once more, and changes nothing. */
  async function remove(file: string): Promise<void> {
    await rm(pathOf(file), { force: true })
  }

  async function setAside(file: string): Promise<string | null> {
    const asideAs = await freeName(`${file}.set-aside`)
    const renamed = await unlessGone(rename(pathOf(file), pathOf(asideAs)).then(() => true))
    if (renamed === null) return null
    await syncFolder(folder)
    return asideAs
  }

  /** What was set aside before under this name is not written over. */
  async function freeName(name: string): Promise<string> {
    for (let copies = 1; ; copies += 1) {
      const candidate = copies === 1 ? name : `${name}.${copies}`
      if ((await unlessGone(access(pathOf(candidate)).then(() => true))) === null) return candidate
    }
  }

  return { write, list, read: (file) => unlessGone(readFile(pathOf(file), 'utf8')), remove, setAside }
}

async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
