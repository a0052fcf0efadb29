import type { Row } from './database.ts'
import type { Process } from './process.ts'
import type { Asked, Run } from './run.ts'
import { SETTINGS } from './settings.ts'

/** A caller's deadline passes by this much at most: what is read after the bank was waited for. */
const GRACE_MS = 1_000

/** Every caller is answered in time, and with a live token as long as there is one. */
export function judgeAsked(run: Run, before: readonly Row[]): void {
  const open = (asked: Asked) => asked.answer === null && asked.by.process.alive
  for (const asked of run.asked) {
    const row = (rows: readonly Row[]) => rows.find(({ consentId }) => consentId === asked.consentId)
    const defect = judge(run, asked, [row(before), row(run.rows)])
    if (defect !== null) run.defects.push(`${asked.by.process.name} ${asked.consentId.slice(-2)}: ${defect}`)
  }
  run.asked = run.asked.filter(open)
}

type Around = readonly [before: Row | undefined, after: Row | undefined]

function judge(run: Run, asked: Asked, rows: Around): string | null {
  const { by, answer, atMs, answeredAtMs } = asked
  const untroubled = by.process.faults === asked.faults
  const untilMs = answer === null ? run.time.nowMs() : answeredAtMs
  if (untroubled && untilMs > atMs + SETTINGS.bankTimeoutMs + GRACE_MS) return 'a caller waits for too long'
  if (answer === null) return null
  if ('code' in answer)
    return untroubled ? judgeRefusal(by.process, answer.code, { rows, untilMs }) : judgeCode(answer.code)
  return judgeToken(run, asked, answer) ?? (untroubled ? judgeState(answer.state, rows) : null)
}

const KNOWN = /^(storage|bank)_unavailable$|^(consent_[a-z]+|reauthorization_required)$/

function judgeCode(code: string): string | null {
  return KNOWN.test(code) ? null : `a caller was told: ${code}`
}

function judgeRefusal({ lossy }: Process, code: string, { rows, untilMs }: Moment): string | null {
  if (rows.every((row) => isLive(row, untilMs))) return `a live token was refused: ${code}`
  if (code === 'storage_unavailable' && !lossy) return 'a caller was told of trouble that there was not'
  return judgeCode(code)
}

interface Moment {
  readonly rows: Around
  readonly untilMs: number
}

function isLive(row: Row | undefined, atMs: number): boolean {
  if (row === undefined || row.accessEndsAt === null || row.accessToken === null) return false
  const servable = row.status === 'active' || row.reason === 'rotation_lost'
  return servable && row.status !== 'failed' && row.accessEndsAt.getTime() > atMs
}

function judgeToken(run: Run, asked: Asked, answer: { accessToken: string }): string | null {
  const issued = run.bank.access.get(answer.accessToken)
  if (issued?.consentId !== asked.consentId) return `${answer.accessToken} is not a token of this consent`
  if (issued.endsAtMs <= asked.answeredAtMs) return `${answer.accessToken} was handed out though it had ended`
  return asked.afterEnd && asked.faults === asked.by.process.faults
    ? `${answer.accessToken} was handed out though the consent was revoked`
    : null
}

/** `refresh_state` as DESIGN section 5 has it, where the row stayed as it was. */
function judgeState(state: string, [before, after]: Around): string | null {
  if (before === undefined || after === undefined || before.status !== after.status) return null
  const lost = after.status === 'reauthorization_required'
  if (lost !== (state === 'lost')) return `refresh_state is ${state} in a consent that is ${after.status}`
  const parked = [before, after].every((row) => row.attemptId === null && row.presentations > 0)
  return parked && state === 'ok' ? 'refresh_state is ok though the rotation is uncertain' : null
}
