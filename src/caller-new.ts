import { addCallerKey, newCallerKey } from './callers/new-caller.ts'
import { HELP, readWords, runCommand } from './command.ts'
import { CALLER_ID, CALLER_ID_FORM, PERMISSIONS } from './core/caller.ts'
import { OperatorError } from './core/errors.ts'
import { editFile } from './edit-file.ts'

const USAGE = `Usage: npm run caller:new -s -- ID --permissions tokens,consents:write,consents:read [--file PATH]

Makes a key for the caller ID, prints it once, and prints the entry for CALLERS_FILE. With --file the entry is
added to that file, which a running broker reads again. Without --permissions the file's caller ID gets one
more key, so that it can change to it; remove the old key from the file then.`

const OPTIONS = { ...HELP, permissions: { type: 'string' }, file: { type: 'string' } } as const

await runCommand(main, 'the file is as it was.')

async function main(): Promise<void> {
  const words = readWords({ options: OPTIONS, allowPositionals: true }, USAGE)
  if (words.values.help) return console.log(USAGE)
  const { id, permissions, file } = readArguments(words)
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

interface Words {
  readonly values: { readonly permissions?: string; readonly file?: string }
  readonly positionals: readonly string[]
}

interface Arguments {
  readonly id: string
  /** Null where the caller is to keep those it has. */
  readonly permissions: readonly string[] | null
  readonly file: string | null
}

function readArguments({ values, positionals }: Words): Arguments {
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

function wrong(problem: string): OperatorError {
  return new OperatorError('settings_invalid', `${problem}.\n\n${USAGE}`)
}
