import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { EXIT } from './errors.ts'
import type { Io } from './io.ts'

/** The process's own surroundings. A second Ctrl-C ends it at once. */
export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
  // `… | head` has read enough: that is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed)
  })
  const { signal } = interruption

  async function ask(question: string): Promise<string> {
    // Without raw mode Ctrl-C stays a signal.
    const lines = createInterface({ input: stdin, output: stderr, terminal: false })
    try {
      return await lines.question(question, { signal })
    } finally {
      lines.close()
    }
  }

  return {
    env,
    terminal: {
      columns: stdout.isTTY ? stdout.columns : null,
      // https://no-color.org: any value but the empty one.
      colour: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
    },
    signal,
    isInteractive: stdin.isTTY,
    say: (line) => void stdout.write(`${line}\n`),
    tell: (line) => void stderr.write(`${line}\n`),
    ask,
    readInput: () => text(stdin),
  }
}
