import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface ExportedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[]
  readonly links?: readonly { traceId: string; spanId: string }[]
  readonly events?: readonly unknown[]
  readonly status: { code?: number; message?: string }
}

/** A collector that takes OTLP/HTTP, or does as a test tells it. */
export async function createCollector(t: Test) {
  const bodies: string[] = []
  const seen = { answer: (answer: Parameters<RequestListener>[1]) => void answer.end('{}'), requests: 0 }
  const url = await listen(t, async (request, answer) => {
    seen.requests += 1
    bodies.push(await readBody(request))
    seen.answer(answer)
  })
  const spans = (): ExportedSpan[] =>
    bodies
      .flatMap((body) => JSON.parse(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans)
  return { endpoint: `${url}/v1/traces`, seen, bodies, spans }
}

/** Passes everything on to the bank, and keeps the headers of what came. */
export async function createHeaderTap(t: Test, bankUrl: string) {
  const headers: IncomingMessage['headers'][] = []
  const url = await listen(t, (request, answer) => {
    headers.push(request.headers)
    const { method, url, headers: sent } = request
    const onwards = httpRequest(new URL(url ?? '/', bankUrl), { method, headers: sent }, (got) => {
      answer.writeHead(got.statusCode ?? 500, got.headers)
      got.pipe(answer)
    })
    onwards.on('error', () => answer.destroy())
    request.pipe(onwards)
  })
  return { url, headers }
}

/** Posts a body that comes when the head has long been read; resolves the status. */
export function postLate(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', expect: '100-continue' },
    })
    request.once('continue', () => request.end(body))
    request.once('response', (answer) => resolve(answer.resume().statusCode))
    request.once('error', reject)
  })
}

async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A caller's trace, as its header says it. */
export function callersTrace(flag = '01') {
  const [traceId, spanId] = [16, 8].map((bytes) =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex'),
  )
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flag}` } }
}

export function attributesOf({ attributes }: ExportedSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

/** Indented by what belongs to what, in the order of time. */
export function treeOf(spans: readonly ExportedSpan[], parent: string | undefined, depth = 0): string[] {
  return spans
    .filter(({ parentSpanId }) => (parentSpanId ?? '') === (parent ?? ''))
    .sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
    .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...treeOf(spans, span.spanId, depth + 1)])
}
