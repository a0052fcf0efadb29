import type { Row } from './database.ts'
import { mend } from './faults.ts'
import { newReplica } from './newcomer.ts'
import { pass, perform } from './perform.ts'
import { codeOf } from './requests.ts'
import { checkRest, judgeDeath, report } from './rules-of-rows.ts'
import type { Run } from './run.ts'
import type { Step } from './steps.ts'

/** Time enough for an access token to end, a lease, SALVAGE_WAIT and the gate's own waits, in parts. */
const ROUNDS_MS = [0, 45_000, 160_000, 470_000, 160_000, 620_000, 620_000, 1_800_000, 1_800_000, 3_600_000]

/** By this round whatever could not be saved has been tried again. */
const RETRIED_BY = 1

/** Ends all faults: in bounded time every consent is settled, and what was answered is not forgotten. */
export async function heal(run: Run): Promise<void> {
  run.trace.push('all faults end')
  for (const [place, replica] of run.replicas.entries()) {
    mend(replica)
    if (!replica.process.alive) run.replicas[place] = newReplica(run, place)
  }
  await run.turns.settle()
  for (const [round, ms] of ROUNDS_MS.entries()) {
    await pass(run, ms)
    await checkRest(run)
    await goOn(run)
    if (round >= RETRIED_BY && run.rows.every((row) => isSettled(run, row) && !isShut(row))) break
  }
  judgeEnd(run)
  await checkRest(run)
}

async function step(run: Run, what: Step): Promise<void> {
  await perform(run, what)
  await checkRest(run)
}

/** The background's work and the bank's answers, until neither brings on the other. */
async function goOn(run: Run): Promise<void> {
  await step(run, ['house', 0, 0])
  await step(run, ['gate', 0, 0])
  for (let replica = 0; replica < run.replicas.length; replica += 1) {
    await step(run, ['refresh', replica, 0])
    while (run.calls.length > 0) await step(run, ['answer', 0, 0])
  }
}

const FOR_GOOD = new Set(['revoked', 'expired', 'failed'])

function isSettled({ time }: Run, { status, attemptId, presentations, dueAt, staged }: Row): boolean {
  if (FOR_GOOD.has(status)) return true
  if (staged !== null) return false
  if (status === 'reauthorization_required') return dueAt === null
  return (
    status === 'active' && attemptId === null && presentations === 0 && (dueAt?.getTime() ?? 0) > time.nowMs()
  )
}

/** A gate that nothing may try can't open, and keeps nobody from anything. */
function isShut({ status, gateClosed }: Row): boolean {
  return gateClosed && status === 'active'
}

function judgeEnd(run: Run): void {
  for (const row of run.rows) {
    report(run, judgeDeath(run, row))
    if (isShut(row)) report(run, 'the gate stays closed though the bank is well')
    if (!isSettled(run, row)) report(run, `${row.consentId.slice(-2)} never settles: ${describe(row)}`)
  }
  for (const defect of unsavedAnswers(run)) report(run, defect)
}

function describe({ status, attemptId, presentations, dueAt }: Row): string {
  return `${status}, ${attemptId === null ? 'free' : 'claimed'}, ${presentations} presentations, due ${dueAt?.toISOString()}`
}

/** No answer that reached a living process is lost, save to a newer chain or a revocation. */
function unsavedAnswers(run: Run): string[] {
  const rotated = run.bank.presentations.flatMap(({ answer, end, by, grant }) =>
    answer === null || answer === 'invalid_grant' || end !== 'answered'
      ? []
      : [{ refreshToken: answer.refreshToken, by, grant }],
  )
  const renewed = run.exchanged.flatMap(({ refreshToken, code, by }) => {
    const grant = run.bank.grantOf(refreshToken)
    return code === codeOf(run, grant.consentId) ? [{ refreshToken, by, grant }] : []
  })
  return [...rotated, ...renewed]
    .filter(({ refreshToken, by, grant }) => {
      const obsolete = !grant.alive || grant.current !== refreshToken || isPassed(run, grant)
      const kept = by.alive || run.spooled.has(refreshToken) || run.staged.has(refreshToken)
      return kept && !obsolete && !run.stored.has(refreshToken)
    })
    .map(({ refreshToken, by }) => `the answer with ${refreshToken} reached ${by.name} and was never saved`)
}

function isPassed(run: Run, { consentId, name }: { consentId: string; name: string }): boolean {
  if (run.revoked.has(consentId)) return true
  const row = run.rows.find((other) => other.consentId === consentId)
  const token = row?.refreshToken ?? null
  const at = (grantName: string) => run.bank.grants.findIndex((grant) => grant.name === grantName)
  return token !== null && at(run.bank.grantOf(run.plain(token)).name) > at(name)
}
