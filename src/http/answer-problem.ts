import type { FastifyReply, FastifyRequest } from 'fastify'
import { fromFramework } from './framework-errors.ts'
import { toProblem } from './problem.ts'

/** Answers any error as a problem document; the cause goes to the log only. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const mapped = fromFramework(error)
  const { problem, headers } = toProblem(mapped, request.id)
  const cause = mapped instanceof Error ? mapped.cause : undefined
  if (problem.status >= 500) {
    request.log.error({ err: cause ?? mapped, code: problem.code }, 'request failed')
  }
  return reply
    .code(problem.status)
    .headers({ ...headers, 'cache-control': 'no-store', 'x-request-id': request.id })
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem)
}
