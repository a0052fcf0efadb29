import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type t from 'tap'
import { newKey } from '../../src/vault/index.ts'

/** The files of a key's rotation (DESIGN section 6), from the old ring to the new. */
export interface Rings {
  readonly old: string
  readonly appended: string
  readonly front: string
  readonly new: string
}

export const OLD = '2026-11'
export const NEW = '2027-05'

/** Writes one ring a step. */
export async function writeRings(test: Pick<typeof t, 'testdir'>): Promise<Rings> {
  const folder = test.testdir({})
  const [oldKey, freshKey] = [newKey(OLD), newKey(NEW)]
  const write = async (name: string, keys: readonly object[]) => {
    const path = join(folder, `${name}.json`)
    await writeFile(path, JSON.stringify({ keys }))
    return path
  }
  return {
    old: await write('old', [oldKey]),
    appended: await write('appended', [oldKey, freshKey]),
    front: await write('front', [freshKey, oldKey]),
    new: await write('new', [freshKey]),
  }
}
