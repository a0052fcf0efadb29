import { readFile, stat } from 'node:fs/promises'
import { UsageError } from './errors.ts'
import type { Io } from './io.ts'

/** Neither its owner nor of its group. */
const BY_OTHERS = 0o007

/** What is imported: one object, an array of them, or one a line. Raises UsageError, which quotes nothing of it. */
export async function readItems(file: string, io: Io): Promise<readonly object[]> {
  const items = parseItems(file === '-' ? await io.readInput() : await readNamed(file, io))
  if (items.length === 0) throw new UsageError('There is nothing in it to import.')
  return items
}

async function readNamed(file: string, io: Io): Promise<string> {
  try {
    // As from a pipe: what Windows puts before UTF-8 is no JSON.
    const content = (await readFile(file, 'utf8')).replace(/^\ufeff/, '')
    if (((await stat(file)).mode & BY_OTHERS) !== 0)
      io.tell(`${file} holds refresh tokens, and anybody on this machine can read it.`)
    return content
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new UsageError(`${file} cannot be read (${code}).`)
  }
}

/** Node's own message about JSON quotes what it found, and that may be a refresh token. */
export function parseItems(text: string): readonly object[] {
  const whole = tryParse(text)
  const values = whole === undefined ? parseLines(text) : Array.isArray(whole) ? whole : [whole]
  return values.map((value, index) => {
    if (isObject(value)) return value
    throw new UsageError(`Item ${index + 1} is no JSON object.`)
  })
}

function parseLines(text: string): readonly unknown[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const value = tryParse(line)
    if (value === undefined)
      throw new UsageError(`It is neither JSON as a whole, nor is line ${index + 1} JSON by itself.`)
    return [value]
  })
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
