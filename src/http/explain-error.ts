import type { FastifyRequest } from 'fastify'
import { CrowdedError } from '../core/errors.ts'
import { fromFramework } from './framework-errors.ts'
import { type ProblemAnswer, toProblem } from './problem.ts'

/** Turns any error into a problem; the cause of one that is ours goes to the log only. */
export function explainError(error: unknown, request: FastifyRequest): ProblemAnswer {
  const mapped = fromFramework(error)
  const answer = toProblem(mapped, request.id)
  // Under load a line more each would be load of its own.
  const isShed = answer.problem.code === 'overloaded' || mapped instanceof CrowdedError
  if (answer.problem.status >= 500 && !isShed) {
    const cause = mapped instanceof Error ? mapped.cause : undefined
    const { code } = answer.problem
    request.log.error({ requestId: request.id, code, err: cause ?? mapped }, 'request failed')
  }
  return answer
}
