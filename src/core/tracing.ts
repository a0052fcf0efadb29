/** What may be told of some work: no secret, nothing personal, no text from outside. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface Traced {
  /** One of few: an id is an attribute. */
  readonly name: string
  /** Work for somebody who calls us begins a trace, or goes on with `traceparent`; any other is part of what is going on. */
  readonly kind: 'server' | 'client' | 'internal'
  readonly attributes?: Attributes
  /** The caller's, as it came (W3C Trace Context); what is malformed counts as none. */
  readonly traceparent?: string | undefined
}

/** A piece of work in a trace. */
export interface Span {
  /** What carries the trace on to whoever is called; empty where nothing is traced. */
  readonly headers: Readonly<Record<string, string>>
  note(attributes: Attributes): void
  /** It came to nothing; the reason is a plain word. */
  failed(reason: string): void
}

export interface OpenSpan extends Span {
  /** What is begun within belongs to it. */
  run<T>(work: () => T): T
  end(): void
}

/** Tells whoever runs the service where time goes; nothing depends on it, and it never raises. */
export interface Tracer {
  begin(what: Traced): OpenSpan
  /** Begins, runs and ends; what the work raises counts as its failure, by its code. */
  span<T>(what: Traced, work: (span: Span) => Promise<T>): Promise<T>
  /** Whether what goes on now is traced: else nothing need be described. */
  isTracing(): boolean
  /** Adds work that has just ended to what is traced now; `failure` is what it raised. */
  ended(what: Traced, durationMs: number, failure: unknown): void
  /** What goes on now waits for work that somebody else has begun. */
  waitsFor(span: OpenSpan): void
}

const NO_SPAN: OpenSpan = {
  headers: {},
  note: () => {},
  failed: () => {},
  run: (work) => work(),
  end: () => {},
}

/** Traces nothing, at no cost. */
export const NO_TRACING: Tracer = {
  begin: () => NO_SPAN,
  span: (_, work) => work(NO_SPAN),
  isTracing: () => false,
  ended: () => {},
  waitsFor: () => {},
}
