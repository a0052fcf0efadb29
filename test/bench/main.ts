import { callersBench } from './callers.ts'
import { handOutBench } from './hand-out.ts'
import { listingBench } from './listing.ts'
import { namedStatementsBench } from './named-statements.ts'
import { rotationBench } from './rotation.ts'
import { createScope, type Scope } from './scope.ts'
import type { Row } from './table.ts'
import { printTable } from './table.ts'

type Bench = (scope: Scope) => Promise<readonly Row[]>

const BENCHES: Readonly<Record<string, Bench>> = {
  'hand-out': handOutBench,
  callers: callersBench,
  'named-statements': namedStatementsBench,
  rotation: rotationBench,
  listing: listingBench,
}

/** Runs the benches named on the command line, or all; each pair is measured in turn in one run. */
async function run(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in BENCHES))
  if (unknown.length > 0)
    throw new Error(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`)
  const rows: Row[] = []
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue
    const scope = createScope()
    try {
      rows.push(...(await bench(scope)))
    } finally {
      await scope.end()
    }
  }
  printTable(rows)
}

await run(process.argv.slice(2))
