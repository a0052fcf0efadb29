import { readArguments, UsageError } from './command/arguments.ts'
import { HELP } from './command/options.ts'
import { run } from './command/run.ts'

const EXIT = { done: 0, failed: 1 } as const

// Whoever reads our output may go before us, as `| head` does: the bank goes on.
process.stdout.on('error', () => {})
process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const args = readArguments(process.argv.slice(2))
    if (args.help) print(HELP)
    else await run(args, print)
    return EXIT.done
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message} What there is: npm run practice-bank -- --help\n`)
    return EXIT.failed
  }
}

function print(text: string): void {
  process.stdout.write(text)
}
