import type { Row } from './database.ts'
import { judgeAsked } from './rules-of-asking.ts'
import { GATE_ONLY } from './rules-of-presentation.ts'
import type { Run } from './run.ts'

/** Looks at all that is stored after a step; raises what is wrong with it. */
export async function checkRest(run: Run): Promise<void> {
  const before = run.rows
  await readRows(run)
  for (const { refreshToken, staged } of run.rows) {
    if (refreshToken !== null) run.stored.add(run.plain(refreshToken))
    for (const sealed of staged ?? []) run.staged.add(run.plain(sealed))
  }
  for (const row of run.rows) {
    const former = before.find(({ consentId }) => consentId === row.consentId)
    report(
      run,
      judgeCount(run, row),
      judgeClaim(run, row),
      former === undefined ? null : judgeStep(former, row),
    )
    if (run.calm) report(run, judgeDeath(run, row))
  }
  report(run, judgeGate(run, before))
  judgeAsked(run, before)
  await excuseByGate(run)
  if (run.defects.length > 0) throw new Error(`${run.defects.join('\n')}\n  ${run.trace.join('\n  ')}`)
}

/** Only a turn at the database changes what is stored. */
async function readRows(run: Run): Promise<void> {
  if (run.readAt === run.turns.count()) return
  run.readAt = run.turns.count()
  run.rows = await run.db.read()
}

export function report({ defects }: Run, ...found: (string | null)[]): void {
  for (const defect of found) if (defect !== null) defects.push(defect)
}

/** Nothing goes back: neither a chain, nor a pair, nor an end for good. */
function judgeStep(before: Row, after: Row): string | null {
  const name = before.consentId.slice(-2)
  if (before.status === 'revoked' && (after.status !== 'revoked' || after.refreshToken !== null))
    return `${name} was revoked and is ${after.status} again`
  if (after.chain < before.chain) return `the chain of ${name} went back`
  if (before.tokenChain === null || after.tokenChain === null) return null
  const back = order(after) < order(before)
  return back ? `${name} went back from pair ${before.tokenChain}.${before.version}` : null
}

function order({ tokenChain, version }: Row): number {
  return (tokenChain ?? 0) * 1_000 + (version ?? 0)
}

/** What the bank may have evaluated is counted, at any moment and whoever died meanwhile. */
function judgeCount(run: Run, { refreshToken, presentations }: Row): string | null {
  if (refreshToken === null) return null
  const token = run.plain(refreshToken)
  const made = run.bank.presentations.filter(
    (other) => other.token === token && other.end !== 'denied',
  ).length
  return made > presentations
    ? `${token} was presented ${made} times, and ${presentations} are on record`
    : null
}

/** Whatever is in flight is claimed: nobody's late verdict ends another's claim. */
function judgeClaim(run: Run, { refreshToken, attemptId }: Row): string | null {
  if (refreshToken === null || attemptId !== null) return null
  const token = run.plain(refreshToken)
  const flies = run.bank.presentations.some((other) => other.token === token && other.end === 'in_flight')
  return flies ? `${token} is in flight, and nobody's claim is on record` : null
}

/** A closed gate lets one call through at a time, whoever makes it (DESIGN 4.4). */
function judgeGate(run: Run, before: readonly Row[]): string | null {
  const { presentations } = run.bank
  const wasClosed = [...before, ...run.rows].every(({ gateClosed }) => gateClosed)
  if (!wasClosed) run.closedAfter = presentations.length
  const flying = presentations.slice(run.closedAfter).filter(({ end }) => end === 'in_flight')
  return flying.length > 1 ? `two canaries: ${flying.map(({ token }) => token).join(' and ')}` : null
}

/** A consent that the bank honours ends only where answers were lost (L1 to L4 of DESIGN 4.8). */
export function judgeDeath(run: Run, row: Row): string | null {
  const { refreshToken, status, reason } = row
  const dead = status === 'reauthorization_required' || status === 'failed'
  if (!dead || refreshToken === null) return null
  const token = run.plain(refreshToken)
  const grant = run.bank.grantOf(token)
  if (!grant.alive) return null
  const ended = `${row.consentId.slice(-2)} is ended (${reason}) at ${token}, though the bank honours ${grant.current}`
  if (reason !== 'rotation_lost') return ended
  const excused = token === grant.current ? isUnanswered(run, token) : isLost(run, grant.current)
  return excused ? null : ended
}

const MAX_PRESENTATIONS = 2

/** Two presentations in vain, lost on the wire or with their process. */
function isUnanswered(run: Run, token: string): boolean {
  const unanswered = run.bank.presentations.filter(
    (other) => other.token === token && (other.end === 'lost' || other.end === 'unheard'),
  )
  return unanswered.length + (run.troubled.get(token)?.size ?? 0) >= MAX_PRESENTATIONS
}

/** The answer with this token never reached a process, or one that died before it was written down. */
function isLost(run: Run, token: string): boolean {
  const giver = run.bank.presentations.find(
    ({ answer }) => answer !== null && answer !== 'invalid_grant' && answer.refreshToken === token,
  )
  if (giver === undefined) return true
  const kept = [run.stored, run.staged, run.spooled].some((tokens) => tokens.has(token))
  return giver.end !== 'answered' || (!giver.by.alive && !kept)
}

/** A replay without any other reason is the gate's own attempt to learn whether the bank is well. */
async function excuseByGate(run: Run): Promise<void> {
  for (const defect of run.defects.filter((text) => text.startsWith(GATE_ONLY))) {
    const { consentId } = run.bank.grantOf(defect.slice(GATE_ONLY.length))
    const tried = run.setting.refreshReplay === 'prompt' && (await run.db.tries())
    if (tried || (await run.db.doubts(consentId))) run.defects.splice(run.defects.indexOf(defect), 1)
  }
}
