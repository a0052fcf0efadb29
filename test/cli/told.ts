import type { Test } from 'tap'
import type { Report } from '../../src/doctor/run.ts'

/** What is not well in some reports, a line each. */
export function badOf(reports: readonly Report[]): readonly string[] {
  return reports.flatMap(({ check, findings }) =>
    findings
      .filter(({ level }) => level !== 'ok')
      .map(({ level, message }) => `${level} ${check}: ${message}`),
  )
}

/** All of them, and no other. */
export function told(t: Test, found: readonly string[], patterns: readonly RegExp[]): void {
  t.match(found, patterns)
  t.equal(found.length, patterns.length, found.join('; '))
}
