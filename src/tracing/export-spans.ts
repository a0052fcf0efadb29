import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import type { Log } from '../core/ports.ts'
import { current } from './current.ts'
import { failureOf } from './failure.ts'

/** Says once that the collector does not take spans, and once that it does again. */
export function tellOfTrouble(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false

  function tell({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS
    if (failed && !isFailing)
      log.warn({ reason: failureOf(error) }, 'traces do not reach TRACING_ENDPOINT; they are dropped')
    if (!failed && isFailing) log.info({}, 'traces reach TRACING_ENDPOINT again')
    isFailing = failed
  }

  return {
    // A batch is nobody's work, whoever's span made it full.
    export: (spans: ReadableSpan[], done) =>
      current.exit(() =>
        exporter.export(spans, (result) => {
          tell(result)
          done(result)
        }),
      ),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
