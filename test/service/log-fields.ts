import { readFile } from 'node:fs/promises'
import type { Test } from 'tap'

/** What a tracing adds. */
const OF_TRACES = new Set(['trace_id', 'span_id', 'trace_flags'])

interface Row {
  readonly names: readonly string[]
  readonly isRare: boolean
}

/** Holds the README's table of log fields to the lines of a whole run, and to the fields that compile. */
export async function assertFieldsKnown(
  t: Pick<Test, 'same' | 'ok'>,
  lines: readonly string[],
): Promise<void> {
  const rows = await readTable()
  const told = new Set(rows.flatMap(({ names }) => names))
  const logged = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line))))
  const strange = [...logged].filter((name) => !told.has(name) && !OF_TRACES.has(name))
  t.same(strange, [], 'each field of each line is told of in README')
  for (const { names } of rows.filter(({ isRare }) => !isRare)) {
    t.ok(
      names.every((name) => logged.has(name)),
      `${names.join(', ')}: seen`,
    )
  }
  const types = await readFile(new URL('../../src/core/log-fields.ts', import.meta.url), 'utf8')
  const typed = [...types.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name = '']) => name)
  const ofAll = rows[0]?.names ?? []
  t.same([...told].filter((name) => !ofAll.includes(name)).sort(), typed.sort(), 'no other field compiles')
}

async function readTable(): Promise<Row[]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, table = ''] = /<!-- logs: [^\n]*\n(.*?)<!-- \/logs -->/s.exec(readme) ?? []
  return [...table.matchAll(/^\| (`.*?`) \| (.*) \|$/gm)].map(([, names = '', meaning = '']) => ({
    names: [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    isRare: meaning.endsWith('Rare.'),
  }))
}
