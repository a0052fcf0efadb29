import { Webhook } from 'standardwebhooks'
import { Agent, type Dispatcher, request } from 'undici'
import { retryAfterMs } from '../core/retry-after.ts'
import type { Secret } from '../core/secret.ts'
import type { SendResult } from '../core/webhook.ts'

export interface Target {
  readonly url: string
  /** Each signs: receivers take any of them while one is replaced by the next. */
  readonly secrets: readonly Secret[]
}

export interface OutgoingMessage {
  readonly id: string
  readonly body: string
  readonly at: Date
}

/** What is read of an answer beyond its head, which may be as long; then the connection ends. */
const MOST_READ_BYTES = 4_096
const READ_WITHIN_MS = 1_000

/** Makes what signs and sends messages, each once: no redirect is followed. */
export function createSender({ timeoutMs }: { readonly timeoutMs: number }) {
  // A receiver that hangs up as it is sent to counts like any other failure, so connections are kept briefly.
  const agent = new Agent({
    connect: { timeout: timeoutMs },
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
  })

  async function send(target: Target, message: OutgoingMessage, signal: AbortSignal): Promise<SendResult> {
    try {
      const deadline = AbortSignal.timeout(timeoutMs)
      const answer = await post(target, message, AbortSignal.any([signal, deadline]))
      return resultOf(answer, message.at)
    } catch (error) {
      return signal.aborted
        ? { kind: 'given_up' }
        : { kind: 'refused', error: wordFor(error), retryAfterMs: null }
    }
  }

  async function post(
    target: Target,
    message: OutgoingMessage,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await request(target.url, {
      method: 'POST',
      headers: headersOf(target, message),
      body: message.body,
      dispatcher: agent,
      signal,
    })
    // Its status is known: nothing in the body, nor its end, counts.
    await answer.body
      .dump({ limit: MOST_READ_BYTES, signal: AbortSignal.timeout(READ_WITHIN_MS) })
      .catch(() => {})
    return answer
  }

  return { send, close: () => agent.destroy() }
}

/** Standard Webhooks, "Webhook headers". */
function headersOf({ secrets }: Target, { id, body, at }: OutgoingMessage): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'token-broker',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret.reveal()).sign(id, at, body)).join(' '),
  }
}

function resultOf({ statusCode, headers }: Dispatcher.ResponseData, now: Date): SendResult {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'accepted' }
  if (statusCode === 410) return { kind: 'gone' }
  const { 'retry-after': given } = headers
  const retryAfter = retryAfterMs(typeof given === 'string' ? given : null, now)
  return { kind: 'refused', error: `http_${statusCode}`, retryAfterMs: retryAfter }
}

/** A word for what failed before there was a status: never a text, which might be the receiver's. */
function wordFor(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  if (name === 'TimeoutError') return 'timeout'
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code.toLowerCase() : 'not_sent'
}
