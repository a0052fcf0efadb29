import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import type { Connection } from './connection.ts'
import { Failure } from './errors.ts'

export interface Sent {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface Received {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | null
  readonly text: string
}

export interface Transport {
  /** Raises Failure, in words that say what to look at. */
  send(sent: Sent): Promise<Received>
  close(): void
}

const TIMEOUT_MS = 30_000
/** Pages of two hundred consents with all their metadata are some megabytes. */
const MOST_BYTES = 64 * 1024 * 1024

/** Opens connections to the broker, which are used again from page to page. */
export function createTransport({ url, tls }: Connection, signal: AbortSignal): Transport {
  const isTls = url.startsWith('https:')
  const agent = isTls ? new HttpsAgent({ ...tls, keepAlive: true }) : new HttpAgent({ keepAlive: true })

  async function send({ method, path, headers, body }: Sent): Promise<Received> {
    const { promise, resolve, reject } = Promise.withResolvers<Received>()
    const request: ClientRequest = (isTls ? overHttps : overHttp)(url + path, { method, headers, agent })
    const stop = () => request.destroy(signal.reason as Error)
    const late = setTimeout(() => request.destroy(new Failure(lateSentence(url))), TIMEOUT_MS)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    request.on('error', reject).on('response', (answer) => void receive(answer).then(resolve, reject))
    request.end(body ?? undefined)
    try {
      return await promise
    } catch (error) {
      throw signal.aborted || error instanceof Failure ? error : explained(url, error)
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
    }
  }

  return { send, close: () => agent.destroy() }
}

async function receive(answer: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MOST_BYTES)
      throw new Failure('The answer is larger than any of token-broker; check TOKEN_BROKER_URL.')
  }
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    retryAfter: answer.headers['retry-after'] ?? null,
    text: Buffer.concat(chunks).toString(),
  }
}

function lateSentence(url: string): string {
  return `${url} gave no answer within ${TIMEOUT_MS / 1000} s. What was asked for may yet be done: look before you ask again.`
}

const REASONS: readonly (readonly [code: RegExp, sentence: string])[] = [
  [/^ECONNREFUSED$/, 'nothing listens there. Is the broker running? TOKEN_BROKER_URL says where it is'],
  [/^(ENOTFOUND|EAI_)/, 'its name cannot be resolved. Check TOKEN_BROKER_URL'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'it cannot be reached. Check TOKEN_BROKER_URL and the network'],
  [/^CERT_HAS_EXPIRED$/, "the broker's certificate has expired"],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "the broker's certificate is for another name than TOKEN_BROKER_URL has",
  ],
  [
    /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/,
    "the broker's certificate is of no known authority. Name that in TOKEN_BROKER_CA_FILE",
  ],
  [
    /_ALERT_/,
    'the broker ended TLS. Where it asks for client certificates, set TOKEN_BROKER_CERT_FILE and TOKEN_BROKER_CERT_KEY_FILE',
  ],
  [
    /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/,
    'it speaks no TLS there. Is TOKEN_BROKER_URL to begin with http?',
  ],
  [
    /^(ECONNRESET|EPIPE)$/,
    'it closed the connection without an answer. Where it speaks TLS, TOKEN_BROKER_URL begins with https. What was asked for may have been done',
  ],
  [
    /^(ERR_SSL_|ERR_OSSL_)/,
    'TLS cannot be set up. Check the files of TOKEN_BROKER_CA_FILE and TOKEN_BROKER_CERT_FILE',
  ],
]

function explained(url: string, error: unknown): Failure {
  const code = codeOf(error)
  const [, sentence] = REASONS.find(([pattern]) => pattern.test(code)) ?? ['', 'the request failed']
  return new Failure(`${url}: ${sentence} (${code === '' ? 'unknown error' : code}).`)
}

/** A host with several addresses fails with one error for all of them. */
function codeOf(error: unknown): string {
  const one = error instanceof AggregateError ? error.errors[0] : error
  const { code } = (one ?? {}) as NodeJS.ErrnoException
  return typeof code === 'string' ? code : ''
}
