import { EXIT } from '../../src/cli/errors.ts'
import { runCli } from '../../src/cli/run.ts'
import { type CallerName, KEYS, type TestBroker } from '../support/broker.ts'

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Of the terminal; a pipe where it is left out. */
  readonly columns?: number
  readonly colour?: boolean
  /** What stands on the standard input. */
  readonly input?: string
  /** What a person answers; without it nobody sits there. */
  readonly answer?: string
  readonly signal?: AbortSignal
}

export interface Run {
  readonly exit: number
  readonly out: string
  readonly err: string
  /** Each line of the output as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: () => any[]
}

/** Runs a command line in this process. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { env = {}, columns = null, colour = false, input = '', answer, signal } = options
  let [out, err] = ['', '']
  const exit = await runCli(words, {
    env,
    terminal: { columns, colour },
    signal: signal ?? new AbortController().signal,
    isInteractive: answer !== undefined,
    say: (line) => (out += `${line}\n`),
    tell: (line) => (err += `${line}\n`),
    ask: async (question) => {
      err += `${question}\n`
      return answer ?? ''
    },
    readInput: async () => input,
  })
  return {
    exit,
    out,
    err,
    json: () =>
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  }
}

/** Makes what runs command lines against a broker, by default as operations. */
export function runAt({ internalUrl }: Pick<TestBroker, 'internalUrl'>) {
  return (line: string, { as = 'ops', ...options }: RunOptions & { readonly as?: CallerName } = {}) =>
    run(line.split(' '), {
      ...options,
      env: { TOKEN_BROKER_URL: internalUrl, TOKEN_BROKER_KEY: KEYS[as], ...options.env },
    })
}

export { EXIT }
