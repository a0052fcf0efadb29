import { COMMANDS } from './commands.ts'
import { CONNECTION_HELP } from './connection.ts'
import type { Command } from './define.ts'
import { EXIT, type Exit, Failure, UsageError } from './errors.ts'
import type { Io } from './io.ts'
import { harmless } from './printable.ts'

/** Runs what the words of a command line ask for; whatever goes wrong is told in a sentence. */
export async function runCli(args: readonly string[], io: Io): Promise<Exit> {
  try {
    return await dispatch(args, io)
  } catch (error) {
    if (io.signal.aborted) {
      io.tell('Interrupted.')
      return EXIT.interrupted
    }
    if (error instanceof UsageError) return tellUsage(args, error, io)
    if (!(error instanceof Failure)) throw error
    io.tell(error.message)
    return EXIT.failed
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<Exit> {
  const command = find(args)
  const group = groupOf(args)
  const rest = command === null ? args : args.slice(command.name.split(' ').length)
  if (asksHelp(rest) || args[0] === 'help') {
    io.say(command?.usage ?? overview(group))
    return EXIT.ok
  }
  if (command !== null) return await command.run(rest, io)
  if (args.length > (group === null ? 0 : 1))
    throw new UsageError(`There is no command "${args.slice(0, 2).join(' ')}".`)
  io.tell(overview(group))
  return EXIT.usage
}

function asksHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? undefined : end).some((word) => word === '--help' || word === '-h')
}

function find(args: readonly string[]): Command | null {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, place) => args[place] === word)) ?? null
}

function groupOf([group]: readonly string[]): string | null {
  return COMMANDS.some(({ name }) => name.startsWith(`${group} `)) ? (group ?? null) : null
}

function tellUsage(args: readonly string[], error: UsageError, io: Io): Exit {
  const name = find(args)?.name ?? groupOf(args)
  io.tell(harmless(error.message))
  io.tell(`"token-broker ${name === null ? '' : `${name} `}--help" tells what there is.`)
  return EXIT.usage
}

function overview(group: string | null): string {
  const shown = COMMANDS.filter(({ name }) => group === null || name.startsWith(`${group} `))
  const width = Math.max(...shown.map(({ name }) => name.length)) + 2
  return `Usage: token-broker COMMAND [options]

${shown.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')}

"token-broker COMMAND --help" tells the rest. --json prints what scripts read.

${CONNECTION_HELP}

Exit codes: 0 done, and all is well; 1 it could not be done, or something needs attention; 2 the command or its
settings are wrong, and nothing was done; 130 interrupted.`
}
