import type { Status } from './answers.ts'
import { withApi } from './api.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT } from './errors.ts'
import { type Fact, factLines } from './facts.ts'
import { type Io, paint } from './io.ts'
import { harmless, shortTime, toJson } from './printable.ts'
import { troublesOf } from './status-troubles.ts'
import { createTable } from './table.ts'

const HELP = `  --json   as the API has it

Exit code 1 where something calls for a look: the gate is closed, refreshing is held or late, answers of the bank
wait in memory or in SPOOL_DIR, the certificate for the bank ends within 30 days or that of the listener within 7, a
clock is off, or webhooks were given up.
Consents that their customers must renew do not count: "token-broker consents list" shows them.`

export const status = defineCommand({
  name: 'status',
  summary: 'Show how the broker stands: consents, refreshing, spool, certificates',
  takes: '[--json]',
  help: HELP,
  options: JSON_OPTION,
  run: async ({ values: { json }, io }) => {
    const found = await withApi(io, (api) => api.get<Status>('/v1/status'))
    const troubles = troublesOf(found)
    if (json) io.say(toJson(found))
    else show(found, troubles, io)
    return troubles.length === 0 ? EXIT.ok : EXIT.failed
  },
})

function show(found: Status, troubles: readonly string[], io: Io): void {
  const counts = Object.entries(found.consents)
  const columns = [
    { title: 'STATUS', of: ([name]: [string, number]) => name },
    { title: 'CONSENTS', of: ([, count]: [string, number]) => String(count), right: true },
  ]
  const lines = [
    ...createTable(columns, io.terminal).lines(counts),
    '',
    ...factLines(factsOf(found), io.terminal),
    '',
    ...troubles.map((trouble) => paint(io.terminal, `! ${harmless(trouble)}`, 'yellow')),
    ...(troubles.length === 0 ? [paint(io.terminal, 'All is well.', 'green')] : []),
  ]
  for (const line of lines) io.say(line)
}

type Certificate = Status['bank_certificate']

function factsOf(found: Status): readonly Fact[] {
  const { refresh, spool, clock, webhooks } = found
  const { gate, hold } = refresh
  return [
    ['counted', found.counted_at === undefined ? null : shortTime(found.counted_at)],
    ['ending', `${found.expiring_within_14_days} within 14 days`],
    [
      'rotations',
      `${refresh.due} due, ${refresh.lag_seconds} s late; ${refresh.failing} failing, ${refresh.uncertain} uncertain`,
    ],
    ['gate', gate.open ? `open, score ${gate.score}, window ${gate.window}` : `closed, ${gate.reason}`],
    ['hold', hold === null ? 'none' : `by ${hold.by} until ${shortTime(hold.until)}: ${hold.reason}`],
    [
      'spool',
      spool.enabled
        ? `${spool.unsaved + spool.waiting} waiting, ${spool.set_aside} set aside`
        : 'none: SPOOL_DIR is not set',
    ],
    [
      'webhooks',
      webhooks === undefined
        ? null
        : `${webhooks.subscribers} subscribers, ${webhooks.pending} pending, ${webhooks.dead} dead`,
    ],
    [
      'clock',
      `${skewOf(clock.database_skew_seconds)} to the database, ${skewOf(clock.bank_skew_seconds)} to the bank`,
    ],
    ['certificate', certificateOf(found.bank_certificate) ?? 'none for the bank'],
    ['internal TLS', certificateOf(found.internal_certificate)],
    ['keys', found.keys.join(', ')],
  ]
}

function skewOf(seconds: number | null): string {
  return seconds === null ? 'unknown' : `${seconds > 0 ? '+' : ''}${seconds} s`
}

function certificateOf(certificate: Certificate): string | null {
  if (certificate === null) return null
  return `${certificate.subject}, ends ${shortTime(certificate.not_after)} (${certificate.days_left} d)`
}
