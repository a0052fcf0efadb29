import { OperatorError } from '../core/errors.ts'
import { withinMs } from '../core/within.ts'
import { isStorageTrouble, refusedLogin } from '../store/index.ts'
import { type Finding, failure, type Report, skipped } from './finding.ts'
import { NeedsSettings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

type Findings = readonly Finding[]

/** Makes a check: it ends in time, and whatever goes wrong in it is a finding. */
export async function attempt(
  check: string,
  { clock, timeoutMs }: Pick<Surroundings, 'clock' | 'timeoutMs'>,
  work: () => Promise<Findings> | Findings,
): Promise<Report> {
  const late = [failure(`It did not end within ${timeoutMs / 1000} s.`)]
  try {
    const findings = await withinMs(clock, Promise.resolve().then(work), timeoutMs)
    return { check, findings: findings ?? late }
  } catch (error) {
    return { check, findings: [explain(error)] }
  }
}

function explain(error: unknown): Finding {
  if (error instanceof NeedsSettings) return skipped(error.message)
  if (error instanceof OperatorError) return failure(error.message)
  const code = codeOf(error)
  const refusal = refusedLogin(error)
  if (refusal !== null) return failure(refusal)
  if (isStorageTrouble(error))
    return failure(
      `The database cannot be reached (${code}). Check DATABASE_URL, the network and the server.`,
    )
  // Its message may quote what must not be shown.
  return failure(`This is a defect of the doctor, or something it does not know (${code}).`)
}

/** Names an error without its text. */
export function codeOf(error: unknown): string {
  const one = error instanceof AggregateError ? error.errors[0] : error
  const { code, name, cause } = (one ?? {}) as NodeJS.ErrnoException
  if (code === undefined && cause !== undefined) return codeOf(cause)
  return String(code ?? name ?? 'unknown error')
}
