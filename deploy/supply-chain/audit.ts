import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ROOT } from './packages.ts'

interface Report {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> }
}

/** Whether known weaknesses were found; null where the registry gave no report, as without a network. */
export function audit(...more: readonly string[]): { readonly found: number; readonly text: string } | null {
  const options = { cwd: fileURLToPath(ROOT), encoding: 'utf8', timeout: 60_000 } as const
  const { stdout } = spawnSync('npm', ['audit', '--json', ...more], options)
  const total = readTotal(stdout)
  return total === null ? null : { found: total, text: stdout }
}

/** Reads npm's report; null for whatever else it printed. */
export function readTotal(stdout: string | null): number | null {
  try {
    const { metadata }: Report = JSON.parse(stdout ?? '')
    return metadata?.vulnerabilities.total ?? null
  } catch {
    return null
  }
}
