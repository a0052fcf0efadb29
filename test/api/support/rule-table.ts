import { readFileSync } from 'node:fs'
import { PERMISSIONS, type Permission } from '../../../src/core/caller.ts'

/** What one permission gives of a call: nothing, the call itself, or the consents that it reaches. */
export type Gives = '–' | 'yes' | 'own' | 'own; with `ops` all' | 'own, granted' | 'all'

/** A call's row of SECURITY.md, by permission; null where no caller is needed. */
export type Row = Readonly<Record<Permission, Gives>> | null

const GIVES: readonly string[] = ['–', 'yes', 'own', 'own; with `ops` all', 'own, granted', 'all']

/** Reads "Who may do what" of SECURITY.md, by method and path: the promise that the broker is held to. */
export function readRuleTable(): Map<string, Row> {
  const text = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8')
  const [, section = ''] = /^## Who may do what\n(.*?)^## /ms.exec(text) ?? []
  const lines = section.split('\n').filter((line) => line.startsWith('| `'))
  return new Map(lines.flatMap(rowsOf))
}

function rowsOf(line: string): [string, Row][] {
  const [calls = '', ...cells] = line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
  const routes = [...calls.matchAll(/`((?:GET|POST|DELETE|PUT|PATCH) [^`]+)`/g)].map(
    ([, route = '']) => route,
  )
  // Metrics have a row of their own, for where they need a caller.
  if (cells[0] === 'no caller needed') {
    return routes.filter((route) => route !== 'GET /metrics').map((route) => [route, null])
  }
  const row = Object.fromEntries(PERMISSIONS.map((name, index) => [name, givesOf(cells[index])]))
  return routes.map((route) => [route, row as NonNullable<Row>])
}

function givesOf(cell = ''): Gives {
  if (!GIVES.includes(cell)) throw new Error(`SECURITY.md says "${cell}" of who may do what`)
  return cell as Gives
}
