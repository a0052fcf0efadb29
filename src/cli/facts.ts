import { type Paint, paint, type Terminal } from './io.ts'
import { harmless, wrap } from './printable.ts'

/** A name, what there is to say of it, and its colour; what is null is left out. */
export type Fact = readonly [name: string, text: string | null, how?: Paint | null]

const LEAST = 30

/** Lines of names and values; long values go on below themselves. */
export function factLines(facts: readonly Fact[], terminal: Terminal): readonly string[] {
  const said = facts.filter((fact): fact is [string, string, (Paint | null)?] => fact[1] !== null)
  const width = Math.max(...said.map(([name]) => name.length)) + 2
  const room = terminal.columns === null ? Number.POSITIVE_INFINITY : terminal.columns - width
  return said.flatMap(([name, text, how = null]) =>
    wrap(harmless(text), Math.max(LEAST, room)).map((part, index) => {
      const label = (index === 0 ? name : '').padEnd(width)
      return `${paint(terminal, label, 'dim')}${paint(terminal, part, how)}`
    }),
  )
}
