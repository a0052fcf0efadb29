import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from '@opentelemetry/api'

export interface Current {
  readonly context: Context
  readonly traceId: string
  readonly spanId: string
}

/** What is traced where the code runs just now; never entered where tracing is off. */
export const current = new AsyncLocalStorage<Current>()

/** Joins a line of the log to its trace, by the names that OpenTelemetry gives them. */
export function traceFields(): { readonly trace_id: string; readonly span_id: string } | undefined {
  const now = current.getStore()
  return now === undefined ? undefined : { trace_id: now.traceId, span_id: now.spanId }
}
