import type { FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { HttpError } from './problem.ts'

/** Takes JSON in UTF-8 only (RFC 8259); an empty body is no body, which some routes allow. */
export function jsonBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = readText(request, body)
    if (text instanceof HttpError) done(text)
    else if (text === '') done(null, undefined)
    else parse(request, text, done)
  })
  app.addHook('preValidation', async (request) => {
    const { config, schema } = request.routeOptions
    if (request.body === undefined && config.bodyOptional === true) request.body = {}
    if (schema?.body === undefined && !isEmpty(request.body)) throw unusable('is not taken by this call')
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function readText({ headers }: FastifyRequest, body: string | Buffer): string | HttpError {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8'
  if (charset.toLowerCase() !== 'utf-8' || encoding.toLowerCase() !== 'identity') {
    return new HttpError(
      'unsupported_media_type',
      'Send the body as application/json in UTF-8, not compressed.',
    )
  }
  const text = decode(body)
  if (text === null) return unusable('is not valid UTF-8')
  return hasLoneSurrogate(text) ? unusable('has half a surrogate pair, which is no character') : text
}

function decode(body: string | Buffer): string | null {
  try {
    return typeof body === 'string' ? body : utf8.decode(body)
  } catch {
    return null
  }
}

/** Half a pair can only come as an escape; no database takes it as text (RFC 8259 section 8.2). */
function hasLoneSurrogate(json: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return false
  const escapes = json.replaceAll('\\\\', ' ')
  return /\\u[dD][89a-fA-F]/.test(escapes.replaceAll(/\\u[dD][89abAB]..\\u[dD][c-fC-F]/g, ' '))
}

function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
}

function unusable(problem: string): HttpError {
  return new HttpError('invalid_request', `body: ${problem}`, { field: 'body' })
}
