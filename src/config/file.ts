import { accessSync, constants, statSync } from 'node:fs'
import type { Parser } from './parser.ts'

/** Reads the path of a file, and looks whether this process can read it. */
export const readableFile: Parser<string> = {
  example: '/etc/token-broker/settings.json',
  read(path) {
    const problem = fileProblem(path)
    return problem === null ? { value: path } : { problem }
  },
}

function fileProblem(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return 'names something that is not a file'
    accessSync(path, constants.R_OK)
    return null
  } catch (error) {
    return isMissing(error)
      ? 'names a file that does not exist'
      : 'names a file that this process may not read'
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
