import { parseArgs } from 'node:util'
import { addCallerKey, newCallerKey } from './callers/new-caller.ts'
import { CALLER_ID, CALLER_ID_FORM, PERMISSIONS } from './core/caller.ts'
import { OperatorError } from './core/errors.ts'
import { editFile } from './edit-file.ts'

const USAGE = `Usage: npm run caller:new -s -- ID --permissions tokens,consents:write,consents:read [--file PATH]

Makes a key for the caller ID, prints it once, and prints the entry for CALLERS_FILE. With --file the entry is
added to that file, which a running broker reads again. Without --permissions the file's caller ID gets one
more key, so that it can change to it; remove the old key from the file then.`

try {
  await main()
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { id, permissions, file } = readArguments(process.argv.slice(2))
  const { key, digest } = newCallerKey()
  const entry = { id, digest, permissions }
  if (file === null) {
    const [line] = JSON.parse(addCallerKey('[]', entry))
    console.log(`${key}\n${JSON.stringify(line)}`)
  } else {
    await editFile(file, async (content) => addCallerKey(content ?? '[]', entry))
    console.log(key)
  }
}

interface Arguments {
  readonly id: string
  /** Null where the caller is to keep those it has. */
  readonly permissions: readonly string[] | null
  readonly file: string | null
}

function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args)
  const [id, ...others] = positionals
  if (id === undefined || others.length > 0) throw wrong('ID must be given, once')
  if (!CALLER_ID.test(id)) throw wrong(`ID must be ${CALLER_ID_FORM}`)
  const permissions = values.permissions?.split(',').map((name) => name.trim()) ?? null
  if (permissions?.every(isPermission) === false)
    throw wrong(`--permissions must be some of ${PERMISSIONS.join(',')}`)
  if (permissions === null && values.file === undefined) throw wrong('--permissions is missing')
  return { id, permissions, file: values.file ?? null }
}

function isPermission(name: string): boolean {
  return PERMISSIONS.some((permission) => permission === name)
}

function parse(args: readonly string[]) {
  try {
    const options = { permissions: { type: 'string' }, file: { type: 'string' } } as const
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}

function wrong(problem: string): OperatorError {
  return new OperatorError('settings_invalid', `${problem}.\n\n${USAGE}`)
}
