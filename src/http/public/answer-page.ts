import type { FastifyReply, FastifyRequest } from 'fastify'
import { explainError } from '../explain-error.ts'
import { chooseLanguage, PAGE_CSP, type PageKind, renderPage } from '../pages/index.ts'
import type { Problem } from '../problem.ts'

/** Statuses of the pages; one that is missing here does not compile. */
const STATUSES: Record<PageKind, number> = {
  unknown: 404,
  ended: 410,
  too_many_attempts: 429,
  busy: 503,
  other_browser: 403,
  in_progress: 200,
  start_again: 503,
  completed: 200,
  rejected: 200,
  failed: 200,
  not_found: 404,
  method_not_allowed: 405,
  bad_request: 400,
  unavailable: 503,
  server_error: 500,
}

const REFRESH_SECONDS = 2

/** Answers a page a customer understands, in the language of their browser. */
export function answerPage(request: FastifyRequest, reply: FastifyReply, kind: PageKind): FastifyReply {
  return sendPage(request, reply.code(STATUSES[kind]), { kind, refreshSeconds: REFRESH_SECONDS })
}

/** Answers any error with a page. */
export function answerErrorPage(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, headers } = explainError(error, request)
  const refreshSeconds = Number(headers['retry-after'] ?? REFRESH_SECONDS)
  const answer = reply.headers(headers).code(problem.status)
  return sendPage(request, answer, { kind: pageOf(problem), refreshSeconds })
}

interface Page {
  readonly kind: PageKind
  readonly refreshSeconds: number
}

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, refreshSeconds }: Page,
): FastifyReply {
  const language = chooseLanguage(request.headers['accept-language'])
  const page = renderPage(kind, language, { refreshSeconds, requestId: request.id })
  return reply
    .headers({ 'content-security-policy': PAGE_CSP, 'content-language': language, vary: 'accept-language' })
    .type('text/html; charset=utf-8')
    .send(page)
}

function pageOf({ status, code }: Problem): PageKind {
  if (code === 'overloaded' || code === 'too_many_requests') return 'busy'
  if (status === 404) return 'not_found'
  if (status === 405) return 'method_not_allowed'
  if (status < 500) return 'bad_request'
  return status === 503 ? 'unavailable' : 'server_error'
}
