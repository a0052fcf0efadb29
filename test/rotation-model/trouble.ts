import type { Run } from './run.ts'

/**
 * Notes the claims that may be held by a process that dies now (L2 and L4 of DESIGN 4.8). Whose claim a row shows
 * the model can't tell: it excuses more than it must, and only where a process dies.
 */
export function noteDeath(run: Run): void {
  for (const { attemptId, refreshToken } of run.rows) {
    if (attemptId === null || refreshToken === null) continue
    const token = run.plain(refreshToken)
    run.troubled.set(token, (run.troubled.get(token) ?? new Set()).add(attemptId))
  }
}
