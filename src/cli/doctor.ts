import { systemClock } from '../clock.ts'
import type { Finding, Level, Report } from '../doctor/run.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import { type Io, type Paint, paint } from './io.ts'
import { harmless, toJson, wrap } from './printable.ts'

const HELP = `  --json   { "ok": true, "checks": [ { "check", "level", "message" } ] }; level: ok, warning, failure, skipped

A dry run of a start: reads the service's own settings from the environment, and looks whether settings, files,
database, schema, keys, spool, certificates, bank, callers, ports and clocks are as it needs them. Run it as the
user of the service, where it runs. It writes nothing anywhere, and presents no token to the bank: that gets a bare
GET, over TLS with the client certificate.

Exit code 1 where anything would keep the service from starting or from refreshing (✗).`

const TIMEOUT_MS = 15_000

const MARKS: Readonly<Record<Level, { mark: string; how: Paint }>> = {
  ok: { mark: '✓', how: 'green' },
  warning: { mark: '!', how: 'yellow' },
  failure: { mark: '✗', how: 'red' },
  skipped: { mark: '–', how: 'dim' },
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: "Check the service's settings and all that they name, without changing anything",
  takes: '[--json]',
  help: HELP,
  options: JSON_OPTION,
  isClient: false,
  run: async ({ values: { json }, io }) => {
    // Loaded here alone: the database's library and all the others would slow the other commands down.
    const { examine } = await import('../doctor/run.ts')
    const reports: Report[] = []
    for (const group of examine({ env: io.env, clock: systemClock, timeoutMs: TIMEOUT_MS })) {
      const done = await orInterrupted(group, io.signal)
      if (!json) for (const report of done) show(report, io)
      reports.push(...done)
    }
    const checks = reports.flatMap(({ check, findings }) =>
      findings.map((finding) => ({ check, ...finding })),
    )
    const failed = checks.filter(({ level }) => level === 'failure').length
    if (json) io.say(toJson({ ok: failed === 0, checks }))
    else io.say(`\n${summaryOf(checks, failed)}`)
    return failed === 0 ? EXIT.ok : EXIT.failed
  },
})

const NAME_WIDTH = 20

function show({ check, findings }: Report, io: Io): void {
  for (const [place, { level, message }] of findings.entries()) {
    const { mark, how } = MARKS[level]
    const name = (place === 0 ? check : '').padEnd(NAME_WIDTH)
    const room = (io.terminal.columns ?? Number.POSITIVE_INFINITY) - NAME_WIDTH - 2
    const [first = '', ...others] = wrap(harmless(message), Math.max(NAME_WIDTH, room))
    io.say(`${paint(io.terminal, mark, how)} ${name}${first}`)
    for (const line of others) io.say(`${' '.repeat(NAME_WIDTH + 2)}${line}`)
  }
}

function summaryOf(checks: readonly Finding[], failed: number): string {
  const warned = checks.filter(({ level }) => level === 'warning').length
  if (failed > 0) return `${failed} to mend (✗), ${warned} to look at (!).`
  return warned > 0 ? `The service can start; ${warned} to look at (!).` : 'The service can start.'
}

async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason as Error)
  signal.addEventListener('abort', stop)
  return await Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop))
}
