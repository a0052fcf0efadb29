import type { LogEvent } from 'kysely'
import type { Traced, Tracer } from '../core/tracing.ts'

/** What a statement begins with, or what its first change is of. */
const SUMMARY = /\b(insert into|update|delete from)\s+"?(\w+)|\bfrom\s+"?(\w+)/i

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
  const [, change, changed, read] = SUMMARY.exec(statement) ?? []
  if (changed !== undefined) return `${change?.toLowerCase()} ${changed}`
  return read === undefined ? (statement.split(' ', 1)[0]?.toLowerCase() ?? '') : `select ${read}`
}
