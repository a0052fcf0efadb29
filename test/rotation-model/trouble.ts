import type { Replica } from './replica.ts'
import type { Run } from './run.ts'

/**
 * Notes the claims that may be held by a process that dies or is cut off (L1, L2 and L4 of DESIGN 4.8). Whose
 * claim a row shows the model can't tell: it excuses more than it must, and only where a process fails.
 */
export function noteTrouble(run: Run, fails: (replica: Replica) => boolean): void {
  if (!run.replicas.some((replica) => replica.process.alive && fails(replica))) return
  for (const { consentId, attemptId, refreshToken } of run.rows) {
    if (attemptId === null || refreshToken === null) continue
    const token = run.plain(refreshToken)
    const known = run.troubled.get(token) ?? new Set()
    run.troubled.set(token, known.add(`${consentId} ${attemptId}`))
  }
}
