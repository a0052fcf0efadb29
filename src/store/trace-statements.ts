import type { LogEvent } from 'kysely'
import type { Traced, Tracer } from '../core/tracing.ts'

/** The first change that a statement makes, not a lock (`for no key update`), or else what it reads first. */
const CHANGE = /(?<!\b(?:for|key) )\b(insert into|update|delete from) "?(\w+)/i
const READ = /\bfrom "?(\w+)/i

/** Tells of each statement that is part of something traced: its text has places for values, never the values. */
export function traceStatements(tracer: Tracer): (event: LogEvent) => void {
  return (event) => {
    if (!tracer.isTracing()) return
    const { query, queryDurationMillis } = event
    tracer.ended(describe(query.sql), queryDurationMillis, event.level === 'error' ? event.error : null)
  }
}

function describe(text: string): Traced {
  const statement = text.trim().replace(/\s+/g, ' ')
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement }
  return { name: summarize(statement), kind: 'client', attributes }
}

function summarize(statement: string): string {
  const [, change, changed] = CHANGE.exec(statement) ?? []
  if (changed !== undefined) return `${change?.toLowerCase()} ${changed}`
  const read = READ.exec(statement)?.[1]
  return read === undefined ? (statement.split(' ', 1)[0]?.toLowerCase() ?? '') : `select ${read}`
}
