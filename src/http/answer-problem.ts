import type { FastifyReply, FastifyRequest } from 'fastify'
import { explainError } from './explain-error.ts'

/** Answers any error as a problem document. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, headers } = explainError(error, request)
  return reply
    .code(problem.status)
    .headers(headers)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem)
}
