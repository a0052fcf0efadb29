import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The labels of a metric, each with all the values it may have. */
export type Labels = Readonly<Record<string, readonly string[]>>
type Values<L extends Labels> = { readonly [K in keyof L]: L[K][number] & string }

/** A metric as deploy/METRICS.md tells it. */
export interface Described<L extends Labels = Labels> {
  readonly name: string
  readonly help: string
  readonly labels: L
}

export interface Listed extends Described {
  readonly type: 'counter' | 'gauge' | 'histogram'
}

export const NO_LABELS = {}

/** All members of a union: one that is left out does not compile. */
export function membersOf<T extends string>(members: Record<T, true>): readonly T[] {
  return Object.keys(members) as T[]
}

export type Instruments = ReturnType<typeof createInstruments>

/**
 * Makes metrics whose labels are closed sets. Each series is there from the start, at 0: a rate or an alert sees the
 * first event only where there was a 0 before it.
 */
export function createInstruments(registry: Registry) {
  const registers = [registry]
  const listed: Listed[] = []

  function list<L extends Labels>({ name, help, labels }: Described<L>, type: Listed['type']) {
    listed.push({ name, help, labels, type })
    return { name, help, registers, labelNames: Object.keys(labels) }
  }

  function counter<const L extends Labels>(described: Described<L>) {
    const one = new Counter(list(described, 'counter'))
    for (const values of combinationsOf(described.labels)) one.inc(values, 0)
    return (values: Values<L>, by = 1) => one.inc(values, by)
  }

  /** Absent until it is set, and again when it is set to null. */
  function gauge<const L extends Labels>(described: Described<L>) {
    const one = new Gauge(list(described, 'gauge'))
    one.remove({})
    return (values: Values<L>, value: number | null) => {
      if (value === null) one.remove(values)
      else one.set(values, value)
    }
  }

  /** Takes milliseconds and tells seconds; `buckets` are seconds. */
  function histogram<const L extends Labels>(described: Described<L>, buckets: readonly number[]) {
    const one = new Histogram({ ...list(described, 'histogram'), buckets: [...buckets] })
    for (const values of combinationsOf(described.labels)) one.zero(values)
    return (values: Values<L>, tookMs: number) => one.observe(values, tookMs / 1000)
  }

  return { counter, gauge, histogram, listed: (): readonly Listed[] => listed }
}

/** Every series there can be; none of a label whose values are not known beforehand. */
function combinationsOf(labels: Labels): Record<string, string>[] {
  const begin: Record<string, string>[] = [{}]
  return Object.entries(labels).reduce(
    (all, [label, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    begin,
  )
}
